// What `foretell replay` says: a line an ordering, and the tables of its summary.
import type { BudgetSummary, Interval, PairedSummary, ReplaySummary, Stage } from '../../experiments/index.js';
import { textTable } from '../../report/index.js';
import type { NumberedOutcome } from './spread.js';

export type PrintedSummary = ReplaySummary & { readonly curves: string; readonly rule: string; readonly paired?: PairedSummary & { readonly against: string } };

export function words({ ordering, budget, speedup, optimum_kept, regret, fully_trained }: NumberedOutcome, done: number, of: number): string {
  if (budget !== undefined) return `ordering ${ordering} (${done} of ${of}): ${budget.evaluations.toFixed(1)} evaluations, optimum ${budget.to_optimum === null ? `missed by ${regret.toFixed(3)}` : `after ${budget.to_optimum.toFixed(1)}`}`;
  return `ordering ${ordering} (${done} of ${of}): ${speedup.toFixed(2)}x, optimum ${optimum_kept ? 'kept' : `missed by ${regret.toFixed(3)}`}, ${fully_trained} fully trained`;
}

/** `whole`: no budget cut the replays off, so that a ceiling says something. */
export function table(summary: PrintedSummary, whole = true): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const { orderings, speedup_mean, speedup_95, regret_mean, regret_95 } = summary;
  const interval = orderings > 1 ? ' (95 % interval)' : '';
  const main = textTable([{ title: `${summary.curves}, ${summary.rule}` }, { title: `${summary.orderings} orderings`, align: 'right' }], [
    [`speed-up, epochs${interval}`, orderings > 1 ? within([speedup_mean, ...speedup_95], 2) : speedup_mean.toFixed(2)],
    ...(summary.budget === undefined && whole ? [['ceiling of that', summary.ceiling.toFixed(2)]] : []),
    ['optimum kept', percent(summary.optimum_kept)],
    [`regret, of 90th - 50th percentile${interval}`, orderings > 1 ? within([regret_mean, ...regret_95], 4) : regret_mean.toFixed(4)],
    ['rank of the best found', summary.rank_mean.toFixed(2)],
    ['fully trained', summary.fully_trained_mean.toFixed(1)],
    ['fewer full trainings', percent(summary.fewer_full_trainings)],
    ['of the ten best kept', percent(summary.top10_kept)],
    ['stopped wrongly, of those stopped', percent(summary.false_stop_rate)],
    ['the same against the bar at the freeze', percent(summary.false_stop_rate_at_freeze)],
    ['thawed', summary.thawed_mean.toFixed(1)],
    ...(summary.budget === undefined ? [] : budgetRows(summary.budget)),
    ...(summary.audit_bound_mean === undefined ? [] : [['audit: at most so many of the frozen beat the winner', percent(summary.audit_bound_mean)], ['audit: the true share was within that', percent(summary.audit_covers ?? 0)]]),
    ...(summary.paired === undefined ? [] : pairedRows(summary.paired)),
  ]);
  return summary.stages === undefined ? main : `${main}\n\n${stageTable(summary.stages)}`;
}

function pairedRows({ against, epochs_ratio, found, last_tried, last_drawn }: PairedSummary & { readonly against: string }): string[][] {
  return [
    [`against ${against}: times fewer epochs`, epochs_ratio.toFixed(2)],
    ['the same: best final found (95 % interval)', within(found, 4)],
    ...(last_tried === undefined ? [] : [['the same: mean final of what the last stage tried', within(last_tried, 4)]]),
    ...(last_drawn === undefined ? [] : [['the same: with what it drew again', within(last_drawn, 4)]]),
  ];
}

function stageTable(stages: readonly Stage[]): string {
  const shown = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
  const right = (title: string) => ({ title, align: 'right' as const });
  return textTable([{ title: 'stage' }, right('drawn'), right('their mean final'), right('new among them'), right('their mean final')],
    stages.map(({ stage, drawn, drawn_mean, tried, tried_mean }) => [stage, drawn.toFixed(1), shown(drawn_mean), tried.toFixed(1), shown(tried_mean)]));
}

function within([mean, low, high]: Interval, digits: number, scale = 1): string {
  return `${(scale * mean).toFixed(digits)} (${[low, high].map((end) => (scale * end).toFixed(digits)).join(' to ')})`;
}

function budgetRows({ evaluations_mean, optimum_found, top_found, to_optimum, to_top, to_top_median, best }: BudgetSummary): string[][] {
  return [
    ['evaluations (95 % intervals from here on)', evaluations_mean.toFixed(1)],
    ['optimum found, % of orderings', within(optimum_found, 0, 100)],
    ['evaluations to it, at least', within(to_optimum, 1)],
    ['top 0.1 % found, % of orderings', within(top_found, 0, 100)],
    ['evaluations to it, at least', within(to_top, 1)],
    ['median of that', to_top_median.toFixed(1)],
    ['best final', within(best, 3)],
  ];
}
