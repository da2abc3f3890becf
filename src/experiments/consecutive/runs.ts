// Hyperband again and again on one recorded set, each run drawing its configurations anew: with a rule inside the rungs and without, on the same draws. What
// the rule saves once its regressions are trusted is told apart from what it saves over all runs (Baker et al. 2017, section 5).
import type { Candidate, Rng } from '../../core/index.js';
import type { StudyState } from '../../study/index.js';
import { meanInterval, type Interval } from '../replay/budget.js';
import type { Recording } from '../replay/recording.js';
import { replayStudy, type ReplayParts } from '../replay/replay.js';

export interface ConsecutiveOptions {
  readonly recording: Recording;
  readonly runs: number;
  /** Trials that a run begins. */
  readonly each: number;
  /** r_i of the rungs, rising. */
  readonly rungs: readonly number[];
  readonly minModels: number;
  /** Trainings from before. */
  readonly known: number;
  readonly rng: Rng;
  parts(pool: readonly Candidate[], pruned: boolean): Promise<ReplayParts>;
  readonly signal?: AbortSignal;
}

export interface Consecutive {
  /** Of all runs; epochs of plain Hyperband / epochs with the rule. */
  readonly saved: number;
  /** Of the runs that began before every r_i above 1 had its min-models, and of those after; NaN of none. */
  readonly saved_before: number;
  readonly saved_after: number;
  /** The first run that began with all of them. */
  readonly active_from: number;
  /** Mean over the runs: best final with the rule - best final without. */
  readonly difference: number;
  /** Trials frozen / trials. */
  readonly frozen: number;
}

export async function consecutiveRuns(options: ConsecutiveOptions): Promise<Consecutive> {
  const { recording, runs, each, rng, parts, signal } = options;
  const pool = Array.from({ length: runs }, (_, run) => rng.fork('run', run).shuffle([...recording.pool]).slice(0, each)).flat();
  const watched = signal === undefined ? {} : { signal };
  const [plain, pruned] = [await replayStudy(recording, await parts(pool, false), watched), await replayStudy(recording, await parts(pool, true), watched)];
  const of = (state: StudyState) => Array.from({ length: runs }, (_, run) => runOf(state, run * each, each));
  const [before, after] = [of(plain), of(pruned)];
  const active = activeFrom(pruned, options);
  const saved = (from: number, to: number): number => sum(before.slice(from, to), ({ epochs }) => epochs) / sum(after.slice(from, to), ({ epochs }) => epochs);
  return {
    saved: saved(0, runs), saved_before: saved(0, active), saved_after: saved(active, runs), active_from: active,
    difference: sum(after, ({ best }, run) => best - (before[run]?.best ?? NaN)) / runs,
    frozen: pruned.totals.freezes / pruned.trials.length,
  };
}

export interface ConsecutiveSummary {
  readonly repeats: number;
  readonly saved: Interval;
  readonly saved_before: Interval;
  readonly saved_after: Interval;
  readonly difference: Interval;
  readonly active_from: number;
  readonly frozen: number;
}

export function summariseConsecutive(outcomes: readonly Consecutive[]): ConsecutiveSummary {
  const interval = (of: (outcome: Consecutive) => number): Interval => meanInterval(outcomes.map(of).filter(Number.isFinite));
  return {
    repeats: outcomes.length,
    saved: interval((o) => o.saved), saved_before: interval((o) => o.saved_before), saved_after: interval((o) => o.saved_after), difference: interval((o) => o.difference),
    active_from: interval((o) => o.active_from)[0], frozen: interval((o) => o.frozen)[0],
  };
}

/** Epochs and the best full training of one run's trials. */
function runOf({ trials }: StudyState, from: number, each: number): { readonly epochs: number; readonly best: number } {
  const own = trials.slice(from, from + each);
  const finals = own.filter(({ status }) => status === 'finished').map(({ curve }) => curve.at(-1) as number);
  return { epochs: sum(own, ({ charged }) => charged), best: Math.max(...finals) };
}

function activeFrom({ trials }: StudyState, { rungs, runs, each, minModels, known }: ConsecutiveOptions): number {
  for (let run = 0; run < runs; run++) {
    const earlier = trials.slice(0, run * each);
    if (rungs.every((epochs) => epochs === 1 || known + earlier.filter(({ curve }) => curve.length >= epochs).length >= minModels)) return run;
  }
  return runs;
}

function sum<T>(items: readonly T[], of: (item: T, i: number) => number): number {
  return items.reduce((total, item, i) => total + of(item, i), 0);
}
