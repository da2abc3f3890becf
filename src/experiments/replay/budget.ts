// What a search with a budget found, and after how many evaluations: an evaluation is a full training, and what was trained in part costs its share.
// The study's clock knows the cost: it begins at 0 and moves by T seconds a full training.
import { clopperPearsonUpper, studentQuantile } from '../../core/index.js';
import type { StudyState } from '../../study/index.js';
import type { Recording } from './recording.js';

export interface Budget {
  /** In all. */
  readonly evaluations: number;
  /** Evaluations until the pool's best was fully trained; null where it was not. */
  readonly to_optimum: number | null;
  /** The same of one of the best 0.1 % of the pool, at least one run. */
  readonly to_top: number | null;
  /** The best final after each full training, with the evaluations so far. */
  readonly best: readonly (readonly [evaluations: number, final: number])[];
}

/** Mean with the ends of its 95 % interval (Student's t). */
export type Interval = readonly [mean: number, low: number, high: number];

export interface BudgetSummary {
  readonly evaluations_mean: number;
  /** Share of the orderings that found the optimum, Clopper and Pearson's interval. */
  readonly optimum_found: Interval;
  readonly top_found: Interval;
  /** Orderings that did not find it count with all that they spent: lower bounds. */
  readonly to_optimum: Interval;
  readonly to_top: Interval;
  readonly to_top_median: number;
  /** Best final at the end. */
  readonly best: Interval;
}

const TOP = 0.001;

export function evaluationsUsed({ trials, time }: StudyState, { set, curveOf }: Recording): Budget {
  const T = set.epochs;
  const spent = (at: number): number => at / 1000 / T;
  const finals = set.rows.flatMap(({ curve }) => (curve.length >= T ? [curve[T - 1] as number] : [])).sort((a, b) => b - a);
  const done = trials.filter(({ status }) => status === 'finished').map(({ candidate, touched }) => [spent(touched), curveOf(candidate)[T - 1] as number] as const);
  done.sort(([a], [b]) => a - b);
  const until = (bar: number): number | null => done.find(([, y]) => y >= bar)?.[0] ?? null;
  let best = -Infinity;
  return {
    evaluations: spent(time),
    to_optimum: until(finals[0] ?? Infinity),
    to_top: until(finals[Math.max(1, Math.floor(TOP * finals.length)) - 1] ?? Infinity),
    best: done.map(([at, y]) => [at, (best = Math.max(best, y))] as const),
  };
}

export function summariseBudgets(budgets: readonly Budget[]): BudgetSummary {
  const found = (of: (budget: Budget) => number | null): Interval => shareInterval(budgets.filter((b) => of(b) !== null).length, budgets.length);
  const until = (of: (budget: Budget) => number | null): number[] => budgets.map((budget) => of(budget) ?? budget.evaluations);
  const tops = until((b) => b.to_top).sort((a, b) => a - b);
  return {
    evaluations_mean: meanInterval(budgets.map((b) => b.evaluations))[0],
    optimum_found: found((b) => b.to_optimum),
    top_found: found((b) => b.to_top),
    to_optimum: meanInterval(until((b) => b.to_optimum)),
    to_top: meanInterval(tops),
    to_top_median: ((tops[(tops.length - 1) >> 1] ?? NaN) + (tops[tops.length >> 1] ?? NaN)) / 2,
    best: meanInterval(budgets.map((b) => b.best.at(-1)?.[1] ?? NaN)),
  };
}

function shareInterval(successes: number, trials: number): Interval {
  return [successes / trials, 1 - clopperPearsonUpper(trials - successes, trials, 0.975), clopperPearsonUpper(successes, trials, 0.975)];
}

/** Of two values at least; of one its ends are the mean. */
export function meanInterval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, n - 1) / n);
  const half = n > 1 ? studentQuantile(n - 1) * error : 0;
  return [mean, mean - half, mean + half];
}
