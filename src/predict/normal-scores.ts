// Scores as normal quantiles of their ranks among the training scores, and back. A net that is asked for these is not ruled by the few runs that
// failed (of NAS-Bench-201's cells 2 % end at chance, 80 points below the rest, and the rest differ by one point): Kendall's tau of a graph network on
// all cells from 156 of them is .77 with them, .75 with standardised scores. Between training scores the way is linear, beyond them it goes on
// with the slope of the outer quarter, so that no two predictions tie.
import type { Prediction } from './predictor.js';
import type { Spread } from './spread/spread.js';
import { normalQuantile } from './uncertainty.js';

/** Where Phi is 0 or 1 in double precision. */
const FAR = 9;

export interface NormalScores {
  /** Of a score. Rises with it. */
  to(score: number): number;
  /** The score of a value. Rises with it. */
  from(value: number): number;
}

/** A prediction of a normal score as one of the score; errors are `spread`'s times `wider`. */
export function predictionAt({ to, from }: NormalScores, value: number, { sigma, quantiles, below }: Spread, wider = 1): Prediction {
  return {
    mean: from(value),
    sigma: (from(value + wider * sigma) - from(value - wider * sigma)) / 2,
    ...(quantiles === undefined ? {} : { quantiles: quantiles.map(([p, error]) => [p, from(value + wider * error)] as const) }),
    below: (bar) => below((to(bar) - value) / wider),
  };
}

/** At least two scores. All equal ones have no order: every value is that score then. */
export function normalScores(scores: readonly number[]): NormalScores {
  const sorted = [...scores].sort((a, b) => a - b);
  const knots = distinct(sorted);
  const [only] = knots;
  if (knots.length === 1 && only !== undefined) return { to: (score) => FAR * Math.sign(score - only.score), from: () => only.score };
  const line = { scores: knots.map(({ score }) => score), values: knots.map(({ value }) => value) };
  const [below, above] = slopes(line.scores, line.values);
  return {
    to: (score) => along(line.scores, line.values, score, 1 / below, 1 / above),
    from: (value) => along(line.values, line.scores, value, below, above),
  };
}

/** Equal scores have their mean rank. */
function distinct(sorted: readonly number[]): { score: number; value: number }[] {
  const knots: { score: number; value: number }[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const score = sorted[start] as number;
    while (end < sorted.length && sorted[end] === score) end++;
    knots.push({ score, value: normalQuantile((start + end) / 2 / sorted.length) });
  }
  return knots;
}

/** Scores a value, of the lower and of the upper quarter of the knots. */
function slopes(scores: readonly number[], values: readonly number[]): [below: number, above: number] {
  const last = scores.length - 1;
  const part = Math.max(1, Math.floor(last / 4));
  const slope = (a: number, b: number): number => ((scores[b] ?? 0) - (scores[a] ?? 0)) / ((values[b] ?? 0) - (values[a] ?? 0));
  return [slope(0, part), slope(last - part, last)];
}

/** The polyline through (x, y), both rising, at `at`. */
function along(x: readonly number[], y: readonly number[], at: number, below: number, above: number): number {
  const last = x.length - 1;
  const [x0, y0, x1, y1] = [x[0] as number, y[0] as number, x[last] as number, y[last] as number];
  if (at <= x0) return y0 + below * (at - x0);
  if (at >= x1) return y1 + above * (at - x1);
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) <= at) low = middle;
    else high = middle;
  }
  const [xa, xb, ya, yb] = [x[low] as number, x[high] as number, y[low] as number, y[high] as number];
  return ya + ((yb - ya) * (at - xa)) / (xb - xa);
}
