// Depth generalisation: regressions trained on shallow nets only, asked about deeper ones. The published files of the TinyImageNet ResNets
// give blocks, 1 to 17; the paper's depths, 14 to 110, are 6 blocks + 8.
import type { Rng } from '../../core/index.js';
import { UsageError } from '../../core/index.js';
import { completeRows, type CurveSet } from '../../data/index.js';
import type { Division } from '../evaluate/split.js';

export function depthOf(blocks: number): number {
  return 6 * blocks + 8;
}

/** At most `train` random rows of nets shallower than `depth` against all deeper ones; nets of that depth are on neither side. */
export function divideByDepth(set: CurveSet, depth: number, train: number, rng: Rng): Division {
  const rows = completeRows(set).map((row) => ({ row, depth: depthOf(row.ap['num_blocks'] ?? NaN) }));
  const shallow = rows.filter((each) => each.depth < depth).map(({ row }) => row);
  const deep = rows.filter((each) => each.depth > depth).map(({ row }) => row);
  if (shallow.length < 6 || deep.length < 2) {
    throw new UsageError(`${set.name}: expected a column num_blocks with nets on both sides of depth ${depth}, got ${shallow.length} below and ${deep.length} above`);
  }
  return { train: rng.shuffle(shallow).slice(0, train), test: deep };
}
