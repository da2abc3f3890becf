// Rows as a net's inputs: an operation graph by the words of the training rows, and columns of features. Fixed by the training rows, as encodings
// are; a word that none of them has is a row of zeros. Columns are standardised, but for flags (0 or 1 in every training row), which only lose their
// mean: scaled to deviation 1, a path that one cell in a hundred has would count ten times as much as one that half of them have.
import { UsageError, type OperationGraph } from '../../core/index.js';
import type { EnsembleSet } from '../../nn/index.js';
import type { GraphNumbers } from '../../ops/index.js';
import { type ColumnScale, type Encoding, type FeaturePart, featureMatrix, featureNames, featureRow, fitEncoding, type Observation } from '../features.js';

/** `gcn` reads the graph in the place of AP. */
export type NetKind = 'mlp' | 'gcn';

export interface NetInputs {
  readonly kind: NetKind;
  readonly tau: number;
  readonly encoding: Encoding;
  /** A node's column; null where graphs are not read. */
  readonly words: readonly string[] | null;
  readonly center: Float64Array;
  readonly inverseScale: Float64Array;
}

/** Throws UsageError where there is nothing to read. */
export function fitInputs(kind: NetKind, rows: readonly Observation[], tau: number, parts: readonly FeaturePart[], scale: ColumnScale): NetInputs {
  const read = kind === 'gcn' ? parts.filter((part) => part !== 'AP') : parts;
  const encoding = fitEncoding(rows, read, scale);
  const columns = featureNames(encoding, tau).length;
  const words = kind === 'gcn' ? [...new Set(rows.flatMap((row) => graphIn(row).operations))].sort() : null;
  if (kind === 'gcn' && columns === 0) return { kind, tau, encoding, words, center: new Float64Array(0), inverseScale: new Float64Array(0) };
  const { values } = featureMatrix(encoding, rows, tau);
  const moments = Array.from({ length: columns }, (_, c) => momentsOf(rows.map((_row, n) => values[n * columns + c] as number)));
  return { kind, tau, encoding, words, center: Float64Array.from(moments, ({ mean }) => mean), inverseScale: Float64Array.from(moments, ({ inverse }) => inverse) };
}

/** Feature columns. */
export function columnsOf({ center }: NetInputs): number {
  return center.length;
}

export function netRow({ encoding, tau, center, inverseScale }: NetInputs, observation: Observation): Float64Array {
  if (center.length === 0) return center;
  return Float64Array.from(featureRow(encoding, observation, tau), (value, c) => (value - (center[c] as number)) * (inverseScale[c] as number));
}

/** Null for kinds that read none. Throws UsageError where the observation has none. */
export function netGraph({ words }: NetInputs, observation: Observation): GraphNumbers | null {
  if (words === null) return null;
  const { operations, edges } = graphIn(observation);
  const place = new Map(words.map((word, i) => [word, i]));
  return { words: operations.map((word) => place.get(word) ?? words.length + UNKNOWN), edges };
}

export function netSet(inputs: NetInputs, observations: readonly Observation[]): EnsembleSet {
  const graphs = inputs.words === null ? null : observations.map((each) => netGraph(inputs, each) as GraphNumbers);
  const columns = columnsOf(inputs);
  const features = new Float32Array(observations.length * columns);
  observations.forEach((each, n) => features.set(netRow(inputs, each), n * columns));
  return { count: observations.length, graphs, features };
}

/** Past the padding of the one-hot columns. */
const UNKNOWN = 4;

function graphIn({ graph }: Observation): OperationGraph {
  if (graph !== undefined) return graph;
  throw new UsageError('gcn: expected a graph of operations with every row, got one without; use a set whose architectures are cells or networks, or --model mlp, which reads columns');
}

function momentsOf(values: readonly number[]): { mean: number; inverse: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  if (values.every((v) => v === 0 || v === 1)) return { mean, inverse: deviation > 0 ? 1 : 0 };
  return { mean, inverse: deviation > 0 ? 1 / deviation : 0 };
}
