// A trial as a row of numbers: TS (y_1..y_tau, first and second differences), AP (architecture), HP (training
// hyper-parameters), after Baker et al. 2017, and PATHS (of its graph of operations). Pure: the same rows give the same columns on every machine.
// It does not standardise (every solver does that on its own training rows) and never sees a curve's future.
import { differences, UsageError, type Curve, type OperationGraph } from '../core/index.js';
import { pathColumns, pathNumber } from './path-columns.js';

export const FEATURE_PARTS = ['TS', 'AP', 'HP', 'PATHS'] as const;
export type FeaturePart = (typeof FEATURE_PARTS)[number];

/** What a predictor may look at. */
export interface Observation {
  /** Epoch 1 first; only the first tau points are used for a row at tau. */
  readonly curve: Curve;
  readonly ap: { readonly [name: string]: number };
  readonly hp: { readonly [name: string]: number };
  /** Read by PATHS and by kinds that encode architectures; the others look at `ap`. */
  readonly graph?: OperationGraph;
}

/**
 * `auto`: a column whose training values are all positive and span a factor of ten or more enters as log10 (weights and
 * learning rates span decades, and an RBF kernel sees only the largest of them on the raw scale). `raw` is the paper's form.
 * R^2 at a quarter of the curve, RBF, 100 rows, three splits, auto / raw: MetaQNN .939 / .937, ResNet CIFAR-10 .461 / .453,
 * ResNet TinyImageNet .876 / .873, AlexNet .290 / .278; searches of 40 x 12: optimum kept in 171 against 169 of 200.
 */
export type ColumnScale = 'auto' | 'raw';

type From = 'ap' | 'hp' | 'paths';

interface Column {
  readonly name: string;
  readonly from: From;
  readonly log: boolean;
  /** Stands in for a value that is missing or not finite: the training mean, so it says nothing once standardised. */
  readonly fill: number;
  /**
   * Range of the training values; others are read as its nearer end, since a line goes on for ever where nets do not. ResNet TinyImageNet, trained on the
   * shallower nets (fewer than 9 blocks) and asked about the deeper, R^2 over runs that do not die, clipped / not: ridge .88 / .78, kernel ridge .89 / .87;
   * fewer than 4 blocks: .83 / -1.5, .87 / -1.3.
   */
  readonly floor: number;
  readonly top: number;
}

/** Fixed by the training rows, so that a model fitted again on the same rows reads later rows alike. */
export interface Encoding {
  readonly series: boolean;
  readonly columns: readonly Column[];
}

const DECADE = 10;

/** `TS+AP+HP` in any order and case. Throws UsageError on anything else. */
export function parseFeatureParts(text: string): readonly FeaturePart[] {
  const parts = text.toUpperCase().split('+').map((part) => part.trim());
  if (parts.every((part) => (FEATURE_PARTS as readonly string[]).includes(part))) return parts as FeaturePart[];
  throw new UsageError(`features: expected ${FEATURE_PARTS.join(', ')} joined by +, got '${text}'; write for example TS+AP+HP`);
}

export function fitEncoding(rows: readonly Observation[], parts: readonly FeaturePart[], scale: ColumnScale): Encoding {
  const from = (part: From, wanted: FeaturePart): Column[] =>
    parts.includes(wanted) ? namesOf(rows, part).map((name) => fitColumn(rows, part, name, scale)) : [];
  return { series: parts.includes('TS'), columns: [...from('ap', 'AP'), ...from('hp', 'HP'), ...from('paths', 'PATHS')] };
}

/** Names of a row's columns, in the row's order: `y1`, `y2`, `dy2` (= y2 - y1), `ddy3`, `AP weights log10`, ... */
export function featureNames(encoding: Encoding, tau: number): string[] {
  const series = (prefix: string, first: number): string[] =>
    Array.from({ length: Math.max(0, tau - first + 1) }, (_, i) => `${prefix}${first + i}`);
  const ts = encoding.series ? [...series('y', 1), ...series('dy', 2), ...series('ddy', 3)] : [];
  return [...ts, ...encoding.columns.map((c) => `${c.from.toUpperCase()} ${c.name}${c.log ? ' log10' : ''}`)];
}

/** One row, of the length and order of `featureNames`. Throws RangeError where the curve is shorter than tau. */
export function featureRow(encoding: Encoding, observation: Observation, tau: number): number[] {
  if (encoding.series && observation.curve.length < tau) {
    throw new RangeError(`features at tau ${tau}: expected a curve of at least ${tau} epochs, got ${observation.curve.length}`);
  }
  const ts = encoding.series ? seriesRow(observation.curve.slice(0, tau)) : [];
  return [...ts, ...encoding.columns.map((column) => columnValue(column, numberOf(observation, column.from, column.name)))];
}

/** Rows one after another, row-major, and the number of columns. Throws UsageError where there is no column at all. */
export function featureMatrix(
  encoding: Encoding,
  rows: readonly Observation[],
  tau: number,
): { readonly values: Float64Array; readonly columns: number } {
  const columns = featureNames(encoding, tau).length;
  if (columns === 0) {
    throw new UsageError(`features at tau ${tau}: expected at least one column, got none; name more of ${FEATURE_PARTS.join(', ')}`);
  }
  return { values: Float64Array.from(rows.flatMap((row) => featureRow(encoding, row, tau))), columns };
}

function seriesRow(curve: Curve): number[] {
  const first = differences(curve);
  return [...curve, ...first, ...differences(first)];
}

function namesOf(rows: readonly Observation[], part: From): string[] {
  if (part === 'paths') return pathColumns(rows.map(({ graph }) => graph));
  return [...new Set(rows.flatMap((row) => Object.keys(row[part])))].sort();
}

function numberOf(row: Observation, from: From, name: string): number | undefined {
  return from === 'paths' ? pathNumber(row.graph, name) : row[from][name];
}

function fitColumn(rows: readonly Observation[], from: From, name: string, scale: ColumnScale): Column {
  const known = rows.map((row) => numberOf(row, from, name)).filter((v): v is number => v !== undefined && Number.isFinite(v));
  const floor = known.reduce((a, b) => Math.min(a, b), Infinity);
  const top = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const log = scale === 'auto' && floor > 0 && top / floor >= DECADE;
  const sum = known.reduce((total, v) => total + (log ? Math.log10(v) : v), 0);
  return { name, from, log, fill: known.length > 0 ? sum / known.length : 0, floor, top };
}

function columnValue(column: Column, value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value) || column.floor > column.top) return column.fill;
  const inside = Math.min(column.top, Math.max(column.floor, value));
  return column.log ? Math.log10(inside) : inside;
}
