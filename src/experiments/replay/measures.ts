// What a replayed study saved and what it lost, each figure defined once for replay, comparison and the paper's tables.
import { clopperPearsonUpper, type Rng } from '../../core/index.js';
import { auditSize, stoppedTrials, type StudyState, type TrialState } from '../../study/index.js';
import type { Budget } from './budget.js';
import type { Recording } from './recording.js';
import type { Stage } from './stages.js';

/** Of one study on one ordering. */
export interface Outcome {
  /** Epochs that training every run of the pool to its end takes / epochs spent. */
  readonly speedup: number;
  /** The set's best configuration was fully trained (one of them, where several are best). */
  readonly optimum_kept: boolean;
  /** Best final of the pool - best fully trained one, in units of (90th - 50th percentile of finals). */
  readonly regret: number;
  /** Score of the best fully trained run; the pool's worst where there is none. */
  readonly found: number;
  /** Place of the best fully trained run among all finals; 1 = the optimum. */
  readonly rank: number;
  readonly fully_trained: number;
  /** 1 - fully trained / runs of the pool: a burn-in counts. */
  readonly fewer_full_trainings: number;
  /** Share of the pool's ten best that were fully trained. */
  readonly top10_kept: number;
  /** Stopped at the end. */
  readonly frozen: number;
  /** Of those: true final above the best fully trained one at the end. */
  readonly false_stops: number;
  /** Of those: true final above the bar at their freeze. */
  readonly false_stops_at_freeze: number;
  readonly thawed: number;
  readonly epochs: number;
  /** What an audit of a share of the stopped runs found, where one was asked for. */
  readonly audit?: Audit;
  /** Of a search that did not try all of the pool. */
  readonly budget?: Budget;
  /** What a learner proposed, stage by stage. */
  readonly stages?: readonly Stage[];
  /** The speed-up if every run but the fully trained ones the rule must have (its burn-in) cost one epoch. */
  readonly ceiling: number;
}

export interface Audit {
  readonly audited: number;
  /** Of those: true final above the best fully trained one. */
  readonly beat: number;
  /** 95 % upper bound on the share of the stopped that does. */
  readonly bound: number;
  /** Whether the true share is within it. */
  readonly covers: boolean;
  readonly epochs: number;
}

/** A random share of the stopped runs, looked up to their ends. */
export function auditOutcome(state: StudyState, recording: Recording, share: number, rng: Rng): Audit {
  const { epochs } = recording.set;
  const stopped = stoppedTrials(state);
  const found = bestFound(state, recording);
  const beats = (trial: TrialState): boolean => finalOf(trial, recording, epochs) > found;
  const drawn = rng.shuffle([...stopped]).slice(0, auditSize(stopped.length, share));
  const beat = drawn.filter(beats).length;
  const bound = clopperPearsonUpper(beat, drawn.length);
  const left = drawn.reduce((sum, trial) => sum + Math.max(0, recording.curveOf(trial.candidate).length - trial.curve.length), 0);
  return { audited: drawn.length, beat, bound, covers: stopped.filter(beats).length <= bound * stopped.length, epochs: left };
}

/** `burnIn`: full trainings that the rule needs before its first stop. */
export function measure(state: StudyState, recording: Recording, burnIn: number): Outcome {
  const { epochs } = recording.set;
  const finals = recording.set.rows.flatMap(({ curve }) => (curve.length >= epochs ? [curve[epochs - 1] as number] : [])).sort((a, b) => b - a);
  const full = new Set(state.trials.filter(({ status }) => status === 'finished').map(({ id }) => id));
  const reached = [...full].map((id) => finalOf(state.trials[id] as TrialState, recording, epochs));
  const found = bestFound(state, recording);
  const best = finals[0] ?? NaN;
  const reachedBest = full.size === 0 ? (finals.at(-1) ?? NaN) : found;
  const possible = recording.set.rows.reduce((sum, { curve }) => sum + curve.length, 0);
  const runs = recording.set.rows.length;
  const stopped = stoppedTrials(state);
  const missed = (bar: (trial: TrialState) => number) => stopped.filter((trial) => finalOf(trial, recording, epochs) > bar(trial)).length;
  return {
    speedup: possible / state.totals.epochs,
    optimum_kept: found === best,
    regret: regretOf(finals, reachedBest),
    found: reachedBest,
    rank: 1 + finals.filter((y) => y > found).length,
    fully_trained: full.size,
    fewer_full_trainings: 1 - full.size / runs,
    top10_kept: keptOf(finals.slice(0, 10), reached),
    frozen: stopped.length,
    false_stops: missed(() => found),
    false_stops_at_freeze: missed((trial) => barOf(trial) ?? found),
    thawed: state.totals.thaws,
    epochs: state.totals.epochs,
    ceiling: possible / Math.min(possible, Math.min(burnIn, runs) * epochs + Math.max(0, runs - burnIn)),
  };
}

/** -infinity where nothing was fully trained. */
function bestFound(state: StudyState, recording: Recording): number {
  const full = state.trials.filter(({ status }) => status === 'finished');
  return full.reduce((best, trial) => Math.max(best, finalOf(trial, recording, recording.set.epochs)), -Infinity);
}

/** -infinity of a run that broke off: it has no final to be missed. */
function finalOf({ candidate }: TrialState, recording: Recording, epochs: number): number {
  return recording.curveOf(candidate)[epochs - 1] ?? -Infinity;
}

function barOf({ verdict }: TrialState): number | undefined {
  return verdict === null || verdict.verdict.action === 'stop' ? undefined : verdict.verdict.bar;
}

/** `finals` falling. Where the upper half of finals is all alike the unit is 1. */
function regretOf(finals: readonly number[], found: number): number {
  const at = (share: number): number => finals[Math.round((1 - share) * (finals.length - 1))] ?? NaN;
  const unit = at(0.9) - at(0.5);
  return ((finals[0] ?? NaN) - found) / (unit > 0 ? unit : 1);
}

/** With equals: as many of a value count as were reached. */
function keptOf(top: readonly number[], reached: readonly number[]): number {
  const left = [...reached];
  const kept = top.filter((y) => {
    const at = left.indexOf(y);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return kept.length / Math.max(1, top.length);
}
