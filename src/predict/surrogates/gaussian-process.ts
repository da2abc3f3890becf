// Exact Gaussian process regression (Rasmussen and Williams 2006, ch. 2 and 5): Matern 5/2 over columns scaled by their range in the training rows (standardised,
// a path that one row in a hundred has would outweigh all others), those that are alike in all of them counted once, constant mean by generalised least squares, its error part of the variance. Length and noise
// maximise the marginal likelihood on a grid; mean and signal variance have closed forms. O(n^3) a point of the grid: for some hundred rows.
import type { Json } from '../../core/index.js';
import type { Observation } from '../features.js';
import { backward, factorise, forward } from './cholesky.js';
import { candidateColumns, candidateMatrix, type CandidateColumns } from './columns.js';
import type { FittedSurrogate, Surrogate, SurrogateFitRequest, SurrogateRow, SurrogateScores } from './surrogate.js';

/** Multiples of the median distance between rows. */
const LENGTHS = [0.25, 0.5, 1, 2, 4, 8];
/** Shares of the signal's variance. */
const NOISES = [1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3];
/** The grid at so many rows takes two seconds; the latest are kept. */
const MOST_ROWS = 500;

interface Kernel {
  readonly length: number;
  readonly noise: number;
}

interface Posterior extends Kernel {
  readonly likelihood: number;
  readonly mean: number;
  readonly signal: number;
  readonly L: Float64Array;
  /** K^-1 (y - mean). */
  readonly weights: Float64Array;
  /** L^-1 1. */
  readonly ones: Float64Array;
}

export const gaussianProcess: Surrogate = {
  settings: { name: 'gp', kernel: 'matern-5/2' },
  // Async so that what it throws is a rejection, as of every other surrogate.
  async fit({ rows: all, chosen }: SurrogateFitRequest): Promise<FittedSurrogate> {
    const rows = all.slice(-MOST_ROWS);
    const design = designOf(rows);
    const y = Float64Array.from(rows, (row) => row.y);
    const posterior = best(design, y, chosen as unknown as Kernel | undefined);
    return { chosen: { length: posterior.length, noise: posterior.noise } satisfies Json, predict: (observations) => Promise.resolve(predict(design, posterior, observations)) };
  },
};

interface Design {
  readonly columns: CandidateColumns;
  /** Columns of the matrix, and what each is multiplied by. */
  readonly kept: readonly { readonly column: number; readonly scale: number }[];
  /** Of the kept ones, scaled, row-major. */
  readonly X: Float64Array;
  /** Squared distances, n x n. */
  readonly distances: Float64Array;
  readonly n: number;
}

function designOf(rows: readonly SurrogateRow[]): Design {
  const columns = candidateColumns(rows, { beyond: true });
  const raw = candidateMatrix(columns, rows);
  const kept = distinctColumns(raw, columns.count);
  const X = scaled(raw, columns.count, kept);
  const n = rows.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) distances[i * n + j] = distances[j * n + i] = squaredDistance(X, i, X, j, kept.length);
  return { columns, kept, X, distances, n };
}

/** Throws RangeError where no point of the grid gives a positive definite matrix and finite numbers. */
function best(design: Design, y: Float64Array, chosen: Kernel | undefined): Posterior {
  const unit = Math.sqrt(median(design.distances.filter((d) => d > 0)) || 1);
  const grid = chosen === undefined ? LENGTHS.flatMap((length) => NOISES.map((noise) => ({ length: unit * length, noise }))) : [chosen];
  let found: Posterior | null = null;
  for (const kernel of grid) {
    const posterior = condition(design, y, kernel);
    if (posterior !== null && Number.isFinite(posterior.likelihood) && posterior.likelihood > (found?.likelihood ?? -Infinity)) found = posterior;
  }
  if (found === null) throw new RangeError(`Gaussian process on ${design.n} rows: expected scores that differ and finite columns, got no positive definite covariance`);
  return found;
}

function condition({ distances, n }: Design, y: Float64Array, { length, noise }: Kernel): Posterior | null {
  const L = distances.map((d) => matern(d, length));
  for (let i = 0; i < n; i++) L[i * n + i] = 1 + noise;
  if (!factorise(L, n)) return null;
  const ones = forward(L, new Float64Array(n).fill(1));
  const half = forward(L, y.slice());
  const mean = dot(ones, half) / dot(ones, ones);
  const rest = half.map((v, i) => v - mean * (ones[i] as number));
  const signal = dot(rest, rest) / n;
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += Math.log(L[i * n + i] as number);
  return { length, noise, likelihood: -0.5 * n * Math.log(signal) - logDeterminant, mean, signal, L, weights: backward(L, rest), ones };
}

function predict({ columns, kept, X, n }: Design, { length, mean, signal, L, weights, ones }: Posterior, observations: readonly Observation[]): SurrogateScores {
  const rows = scaled(candidateMatrix(columns, observations), columns.count, kept);
  const out = { mean: new Float64Array(observations.length), sigma: new Float64Array(observations.length) };
  const k = new Float64Array(n);
  const known = dot(ones, ones);
  for (let q = 0; q < observations.length; q++) {
    for (let i = 0; i < n; i++) k[i] = matern(squaredDistance(rows, q, X, i, kept.length), length);
    out.mean[q] = mean + dot(k, weights);
    forward(L, k);
    out.sigma[q] = Math.sqrt(signal * Math.max(0, 1 - dot(k, k) + (1 - dot(ones, k)) ** 2 / known));
  }
  return out;
}

function matern(squared: number, length: number): number {
  const r = Math.sqrt(5 * squared) / length;
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** Of those that vary, the first of each that are alike in all rows. */
function distinctColumns(values: Float64Array, columns: number): Design['kept'] {
  const seen = new Set<string>();
  return Array.from({ length: columns }, (_, column) => {
    const of = Array.from({ length: values.length / columns }, (_row, i) => values[i * columns + column] as number);
    const [low, high] = [of.reduce((a, b) => Math.min(a, b), Infinity), of.reduce((a, b) => Math.max(a, b), -Infinity)];
    return { column, scale: high > low ? 1 / (high - low) : 0, key: of.join() };
  }).filter(({ scale, key }) => scale > 0 && !seen.has(key) && seen.add(key));
}

function scaled(values: Float64Array, columns: number, kept: Design['kept']): Float64Array {
  const out = new Float64Array((values.length / columns) * kept.length);
  for (let at = 0, from = 0; at < out.length; from += columns) for (const { column, scale } of kept) out[at++] = (values[from + column] as number) * scale;
  return out;
}

function squaredDistance(a: Float64Array, i: number, b: Float64Array, j: number, columns: number): number {
  let sum = 0;
  for (let c = 0, p = i * columns, q = j * columns; c < columns; c++, p++, q++) sum += ((a[p] as number) - (b[q] as number)) ** 2;
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function median(values: Float64Array): number {
  const ascending = values.sort();
  return ascending[ascending.length >> 1] ?? 0;
}
