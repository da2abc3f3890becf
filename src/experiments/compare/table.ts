// Replays of many rules on many sets as one table: what a rule saves, what it loses, and who is beaten by nobody. Numbers in, plain rows
// out; it replays nothing.
import { studentQuantile } from '../../core/index.js';
import type { ReplaySummary } from '../replay/summary.js';

/** One rule under one setting on one set. */
export interface Comparison {
  readonly set: string;
  readonly rule: string;
  /** In words, as the command line takes them. */
  readonly settings: string;
  readonly summary: ReplaySummary;
}

/** One rule under one setting over its sets. Intervals hold 95 %: of the mean over orderings, for these sets; null where a set saw one ordering alone. */
export interface ComparedRule {
  readonly rule: string;
  readonly settings: string;
  readonly speedup_gmean: number;
  readonly speedup_low: number | null;
  readonly speedup_high: number | null;
  readonly regret_mean: number;
  readonly regret_low: number | null;
  readonly regret_high: number | null;
  readonly optimum_kept: number;
  readonly false_stop_max: number;
  readonly sets: number;
  /** No other rule is at least as fast at no more regret. */
  readonly front: boolean;
}

/** A row a rule and setting; those that were not replayed on every set are left out, for their means would be of other sets. */
export function compareRules(comparisons: readonly Comparison[]): readonly ComparedRule[] {
  const sets = new Set(comparisons.map(({ set }) => set)).size;
  const groups = new Map<string, Comparison[]>();
  for (const each of comparisons) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  const rows = [...groups.values()].filter((group) => group.length === sets).map(rowOf);
  return rows.map((row) => ({ ...row, front: !rows.some((other) => dominates(other, row)) })).sort((a, b) => b.speedup_gmean - a.speedup_gmean);
}

/** The fastest whose mean regret is at most `regret`; the one with the least regret where none is. Null of nothing. */
export function recommend(rows: readonly ComparedRule[], regret = 0.02): ComparedRule | null {
  const fine = rows.filter((row) => row.regret_mean <= regret);
  const by = fine.length > 0 ? (a: ComparedRule, b: ComparedRule) => a.speedup_gmean > b.speedup_gmean : (a: ComparedRule, b: ComparedRule) => a.regret_mean < b.regret_mean;
  return (fine.length > 0 ? fine : rows).reduce<ComparedRule | null>((best, row) => (best === null || by(row, best) ? row : best), null);
}

function rowOf(group: readonly Comparison[]): Omit<ComparedRule, 'front'> {
  const [{ rule, settings }] = group as [Comparison, ...Comparison[]];
  const mean = (of: (summary: ReplaySummary) => number): number => group.reduce((sum, { summary }) => sum + of(summary), 0) / group.length;
  const half = (errorOf: (summary: ReplaySummary) => number): number => halfWidth(group.map(({ summary }) => ({ error: errorOf(summary), degrees: summary.orderings - 1 })));
  const log = mean(({ speedup_gmean }) => Math.log(speedup_gmean));
  // The delta method: the logarithm's error is the relative one.
  const logError = half(({ speedup_se, speedup_mean }) => speedup_se / speedup_mean);
  const regret = mean(({ regret_mean }) => regret_mean);
  const regretError = half(({ regret_se }) => regret_se);
  const single = group.some(({ summary }) => summary.orderings < 2);
  return {
    rule, settings, speedup_gmean: Math.exp(log), speedup_low: single ? null : Math.exp(log - logError), speedup_high: single ? null : Math.exp(log + logError),
    regret_mean: regret, regret_low: single ? null : Math.max(0, regret - regretError), regret_high: single ? null : regret + regretError,
    optimum_kept: mean(({ optimum_kept }) => optimum_kept), false_stop_max: Math.max(...group.map(({ summary }) => summary.false_stop_rate)), sets: group.length,
  };
}

/** Half of the 95 % interval of a mean of means, each with its standard error: Student's t with the degrees of freedom of Welch (1947) and Satterthwaite (1946). */
function halfWidth(means: readonly { readonly error: number; readonly degrees: number }[]): number {
  const variance = means.reduce((sum, { error }) => sum + error ** 2, 0);
  if (!(variance > 0)) return variance;
  const degrees = variance ** 2 / means.reduce((sum, { error, degrees: own }) => sum + error ** 4 / own, 0);
  return (studentQuantile(Math.max(1, Math.floor(degrees))) * Math.sqrt(variance)) / means.length;
}

function dominates(a: Omit<ComparedRule, 'front'>, b: Omit<ComparedRule, 'front'>): boolean {
  const better = a.speedup_gmean > b.speedup_gmean || a.regret_mean < b.regret_mean;
  return better && a.speedup_gmean >= b.speedup_gmean && a.regret_mean <= b.regret_mean;
}

function keyOf({ rule, settings }: Comparison): string {
  return `${rule} ${settings}`;
}
