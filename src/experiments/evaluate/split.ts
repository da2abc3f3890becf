// Training rows and test rows of a set, configuration by configuration: rows of one group never stand on both sides.
import type { Rng } from '../../core/index.js';
import { UsageError } from '../../core/index.js';
import { completeRows, type CurveRow, type CurveSet } from '../../data/index.js';

export interface Division {
  readonly train: readonly CurveRow[];
  readonly test: readonly CurveRow[];
}

/**
 * `train` rows from the groups that come first in a random order, the rest of the set to test on. The group in which the count is reached
 * gives only what is missing; its other rows are on neither side. Rows that break off have no final score and are on neither side.
 */
export function divide(set: CurveSet, train: number, rng: Rng): Division {
  const rows = completeRows(set);
  const groups = rng.shuffle(byGroup(rows));
  const chosen: CurveRow[] = [];
  let taken = 0;
  while (chosen.length < train && taken < groups.length) chosen.push(...(groups[taken++] ?? []));
  const test = groups.slice(taken).flat();
  if (chosen.length < train || test.length < 2) {
    throw new UsageError(`${set.name}: expected more than ${train + 1} fully trained curves (${train} to train on, at least 2 of other configurations to test on), got ${rows.length} of ${groups.length} configurations; lower --train`);
  }
  return { train: chosen.slice(0, train), test };
}

/** At most so many of the rows: the same ones of a set for one generator, as far as they are among `rows`. */
export function sampled(rows: readonly CurveRow[], count: number, rng: Rng): readonly CurveRow[] {
  return rows.length <= count ? rows : rng.shuffle([...rows]).slice(0, count);
}

/** In the order in which groups first occur. */
function byGroup(rows: readonly CurveRow[]): CurveRow[][] {
  const groups = new Map<string, CurveRow[]>();
  for (const row of rows) {
    const known = groups.get(row.group);
    if (known === undefined) groups.set(row.group, [row]);
    else known.push(row);
  }
  return [...groups.values()];
}
