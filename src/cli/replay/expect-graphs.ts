// A predictor that reads graphs of operations on a set that has none would fail at every fit, and nothing would ever be stopped: said before the first ordering.
import { UsageError } from '../../core/index.js';
import type { CurveSet } from '../../data/index.js';
import { readsGraphs } from '../../predict/index.js';

/** Throws UsageError. */
export function expectGraphs(model: string, { name, rows }: CurveSet): void {
  const without = rows.filter(({ graph }) => graph === undefined).length;
  if (without === 0 || !readsGraphs(model)) return;
  throw new UsageError(`--model ${model}: expected a graph of operations with every row of ${name}, ${without} of ${rows.length} have none; take a set whose architectures are cells or networks, or --model mlp, which reads columns`);
}
