// Candidates as columns for surrogates: AP, HP and PATHS as everywhere, and counts of the graph's operations and of which follows which (the first two rounds
// of Weisfeiler and Lehman's refinement, as in NAS-BOWL, Ru et al. 2021). Which columns there are is fixed by the training rows.
import { featureRow, fitEncoding, type Encoding, type Observation } from '../features.js';

export interface CandidateColumns {
  readonly encoding: Encoding;
  readonly graph: ReadonlyMap<string, number>;
  /** In all. */
  readonly count: number;
}

/** `beyond`: numbers past the training range are read as they are, by a model that is in doubt there; else as the range's end. */
export function candidateColumns(rows: readonly Observation[], { beyond }: { readonly beyond: boolean }): CandidateColumns {
  const clipped = fitEncoding(rows, ['AP', 'HP', 'PATHS'], 'auto');
  const encoding = beyond ? { ...clipped, columns: clipped.columns.map((column) => ({ ...column, floor: column.log ? Number.MIN_VALUE : -Infinity, top: Infinity })) } : clipped;
  const names = new Set<string>();
  for (const row of rows) for (const [name] of graphNumbers(row)) names.add(name);
  const graph = new Map([...names].sort().map((name, i) => [name, encoding.columns.length + i] as const));
  return { encoding, graph, count: encoding.columns.length + graph.size };
}

/** Row-major, `count` numbers an observation. */
export function candidateMatrix({ encoding, graph, count }: CandidateColumns, rows: readonly Observation[]): Float64Array {
  const values = new Float64Array(rows.length * count);
  rows.forEach((row, i) => {
    values.set(featureRow(encoding, row, 0), i * count);
    for (const [name, value] of graphNumbers(row)) {
      const at = graph.get(name);
      if (at !== undefined) values[i * count + at] = value;
    }
  });
  return values;
}

/** A pool is asked for again and again: graphs are read once. */
const known = new WeakMap<object, ReadonlyMap<string, number>>();
const NONE: ReadonlyMap<string, number> = new Map();

function graphNumbers({ graph }: Observation): ReadonlyMap<string, number> {
  if (graph === undefined) return NONE;
  const before = known.get(graph);
  if (before !== undefined) return before;
  const numbers = new Map<string, number>();
  const count = (name: string): void => void numbers.set(name, (numbers.get(name) ?? 0) + 1);
  graph.operations.slice(1, -1).forEach((word) => count(`has ${word}`));
  for (const [from, to] of graph.edges) count(`pair ${graph.operations[from]} > ${graph.operations[to]}`);
  known.set(graph, numbers);
  return numbers;
}
