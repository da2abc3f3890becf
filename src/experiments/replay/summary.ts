// Outcomes of many orderings as one line: means, standard errors, shares. Names are those of the command line's JSON.
import { meanInterval, summariseBudgets, type BudgetSummary } from './budget.js';
import type { Outcome } from './measures.js';
import { summariseStages, type Stage } from './stages.js';

export interface ReplaySummary {
  readonly orderings: number;
  readonly speedup_mean: number;
  readonly speedup_se: number;
  /** Ends of 95 % intervals (Student's t over orderings). */
  readonly speedup_95: readonly [low: number, high: number];
  readonly regret_95: readonly [low: number, high: number];
  /** Geometric mean: what speed-ups of sets are averaged by. */
  readonly speedup_gmean: number;
  /** Share of the orderings. */
  readonly optimum_kept: number;
  readonly regret_mean: number;
  readonly regret_se: number;
  readonly rank_mean: number;
  readonly fully_trained_mean: number;
  readonly fewer_full_trainings: number;
  readonly top10_kept: number;
  /** Over all runs stopped at the end of all orderings. */
  readonly false_stop_rate: number;
  readonly false_stop_rate_at_freeze: number;
  readonly thawed_mean: number;
  readonly ceiling: number;
  /** Where audits were asked for: the mean bound, and in which share of the orderings the true share was within it. */
  readonly audit_bound_mean?: number;
  readonly audit_covers?: number;
  readonly budget?: BudgetSummary;
  readonly stages?: readonly Stage[];
}

export function summariseOutcomes(outcomes: readonly Outcome[]): ReplaySummary {
  const mean = (of: (outcome: Outcome) => number): number => outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  const speedup = mean((o) => o.speedup);
  const error = (of: (outcome: Outcome) => number): number => {
    const middle = mean(of);
    return Math.sqrt(outcomes.reduce((sum, o) => sum + (of(o) - middle) ** 2, 0) / Math.max(1, outcomes.length - 1) / outcomes.length);
  };
  const ends = (of: (outcome: Outcome) => number): readonly [number, number] => {
    const [, low, high] = meanInterval(outcomes.map(of));
    return [low, high];
  };
  const budgets = outcomes.flatMap(({ budget }) => budget ?? []);
  const staged = outcomes.flatMap(({ stages }) => (stages === undefined ? [] : [stages]));
  const frozen = mean((o) => o.frozen);
  const share = (of: (outcome: Outcome) => number): number => (frozen === 0 ? 0 : mean(of) / frozen);
  return {
    orderings: outcomes.length,
    speedup_mean: speedup, speedup_se: error((o) => o.speedup), speedup_95: ends((o) => o.speedup), speedup_gmean: Math.exp(mean((o) => Math.log(o.speedup))),
    optimum_kept: mean((o) => (o.optimum_kept ? 1 : 0)), regret_mean: mean((o) => o.regret), regret_se: error((o) => o.regret), regret_95: ends((o) => o.regret), rank_mean: mean((o) => o.rank),
    fully_trained_mean: mean((o) => o.fully_trained), fewer_full_trainings: mean((o) => o.fewer_full_trainings), top10_kept: mean((o) => o.top10_kept),
    false_stop_rate: share((o) => o.false_stops), false_stop_rate_at_freeze: share((o) => o.false_stops_at_freeze),
    thawed_mean: mean((o) => o.thawed), ceiling: mean((o) => o.ceiling),
    ...(outcomes.some(({ audit }) => audit === undefined) ? {} : { audit_bound_mean: mean((o) => o.audit?.bound ?? 1), audit_covers: mean((o) => (o.audit?.covers === true ? 1 : 0)) }),
    ...(staged.length === 0 ? {} : { stages: summariseStages(staged) }),
    ...(budgets.length === 0 ? {} : { budget: summariseBudgets(budgets) }),
  };
}
