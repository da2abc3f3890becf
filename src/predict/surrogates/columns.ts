// Candidates as columns for surrogates: AP, HP and PATHS as everywhere, and counts of the graph's operations and of which follows which (the first two rounds
// of Weisfeiler and Lehman's refinement, as in NAS-BOWL, Ru et al. 2021). Which columns there are is fixed by the training rows.
import type { OperationGraph } from '../../core/index.js';
import { featureRow, fitEncoding, type Encoding, type Observation } from '../features.js';

export interface CandidateColumns {
  readonly encoding: Encoding;
  readonly graph: GraphColumns;
  /** In all. */
  readonly count: number;
}

/** Places of columns: of an operation, and of one that another follows. */
interface GraphColumns {
  readonly has: ReadonlyMap<string, number>;
  readonly pairs: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** `beyond`: numbers past the training range are read as they are, by a model that is in doubt there; else as the range's end. */
export function candidateColumns(rows: readonly Observation[], { beyond }: { readonly beyond: boolean }): CandidateColumns {
  const clipped = fitEncoding(rows, ['AP', 'HP', 'PATHS'], 'auto');
  const encoding = beyond ? { ...clipped, columns: clipped.columns.map((column) => ({ ...column, floor: column.log ? Number.MIN_VALUE : -Infinity, top: Infinity })) } : clipped;
  const names = new Map<string, readonly string[]>();
  for (const { graph } of rows) {
    graph?.operations.slice(1, -1).forEach((word) => names.set(`has ${word}`, [word]));
    for (const pair of graph?.edges.map(([from, to]) => [graph.operations[from] ?? '', graph.operations[to] ?? '']) ?? []) names.set(`pair ${pair.join(' > ')}`, pair);
  }
  const has = new Map<string, number>();
  const pairs = new Map<string, Map<string, number>>();
  for (const [i, name] of [...names.keys()].sort().entries()) {
    const [word = '', next] = names.get(name) ?? [];
    if (next === undefined) has.set(word, encoding.columns.length + i);
    else pairs.set(word, (pairs.get(word) ?? new Map<string, number>()).set(next, encoding.columns.length + i));
  }
  return { encoding, graph: { has, pairs }, count: encoding.columns.length + names.size };
}

/** Row-major, `count` numbers an observation. */
export function candidateMatrix({ encoding, graph: { has, pairs }, count }: CandidateColumns, rows: readonly Observation[]): Float64Array {
  const values = new Float64Array(rows.length * count);
  rows.forEach((row, i) => {
    values.set(featureRow(encoding, row, 0), i * count);
    const more = (at: number | undefined): void => {
      if (at !== undefined) values[i * count + at] = (values[i * count + at] as number) + 1;
    };
    const { operations, edges } = row.graph ?? NOTHING;
    for (let node = 1; node < operations.length - 1; node++) more(has.get(operations[node] as string));
    for (const [from, to] of edges) more(pairs.get(operations[from] as string)?.get(operations[to] as string));
  });
  return values;
}

const NOTHING: OperationGraph = { operations: [], edges: [] };
