// A curve set as something to search over: its rows in a random order as candidates, and for each candidate the curve that training it
// would have shown. Predictors see a candidate's numbers, never its row.
import type { Candidate, Curve, Rng } from '../../core/index.js';
import { UsageError } from '../../core/index.js';
import { completeRows, type CurveRow, type CurveSet } from '../../data/index.js';
import type { TrainingRow } from '../../predict/index.js';

export interface Recording {
  readonly set: CurveSet;
  /** In the order of arrival. */
  readonly pool: readonly Candidate[];
  /** Known before the search, free of charge: drawn from the set and not in the pool. */
  readonly pretrained: readonly TrainingRow[];
  curveOf(candidate: Candidate): Curve;
  /** Where it comes from: for sources that search over what was recorded, never for predictors. */
  rowOf(candidate: Candidate): CurveRow;
}

/** `pretrained`: so many drawn from the set, or trainings from elsewhere. Throws UsageError where fewer than two rows are left to search over. */
export function recordingOf(set: CurveSet, pretrained: number | readonly TrainingRow[], rng: Rng): Recording {
  const drawn = typeof pretrained === 'number' ? rng.fork('pretrained').shuffle([...completeRows(set)]).slice(0, pretrained) : [];
  const known = new Set(drawn);
  const rows = rng.fork('order').shuffle(set.rows.filter((row) => !known.has(row)));
  const wanted = typeof pretrained === 'number' ? pretrained : 0;
  if (rows.length < 2 || drawn.length < wanted) {
    const known = wanted > 0 ? `${wanted} fully trained curves to begin with and ` : '';
    throw new UsageError(`${set.name}: expected ${known}at least 2 curves to search over, got ${set.rows.length} in all; ${wanted > 0 ? 'lower --pretrained' : 'raise --thin, or take a larger set'}`);
  }
  const recorded = new Map<Candidate, CurveRow>();
  const pool = rows.map((row) => {
    const candidate = candidateOf(row);
    recorded.set(candidate, row);
    return candidate;
  });
  const rowOf = (candidate: Candidate): CurveRow => recorded.get(candidate) ?? unknown(candidate);
  return { set: { ...set, rows }, pool, pretrained: typeof pretrained === 'number' ? drawn.map((row, i) => ({ trial: -1 - i, ...row })) : pretrained, curveOf: (candidate) => rowOf(candidate).curve, rowOf };
}

function candidateOf({ ap, hp, graph }: CurveRow): Candidate {
  return { architecture: null, ap, hp, ...(graph === undefined ? {} : { graph }) };
}

function unknown(candidate: Candidate): never {
  throw new RangeError(`replay: expected a candidate of the recording, got ${JSON.stringify(candidate)}; strategies hand on the very objects that they were given`);
}
