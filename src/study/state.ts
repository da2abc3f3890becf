// What a study is, as far as its events say: one trial after the other, and totals. Plain data, read by everybody;
// fold.ts alone changes it. Verdicts other than a trial's last are not kept here: the journal has them.
import type { Candidate, CheckpointRef, FailureKind, StudyEvent, StudyHeader, TrialId, Verdict } from '../core/index.js';

export type TrialStatus = 'running' | 'paused' | 'frozen' | 'finished' | 'failed' | 'cancelled';

export interface TrialState {
  readonly id: TrialId;
  readonly candidate: Candidate;
  /** `running` covers all that is to be trained now, whether or not somebody holds it at the moment. */
  readonly status: TrialStatus;
  /** Of the last attempt handed out; 0 = none yet. */
  readonly attempt: number;
  /** Whether that attempt is with somebody, or was handed back. */
  readonly hold: 'none' | 'out' | 'released';
  /** Number of the event by which the trial stands in the round: its last epoch, or its first hand-out after start, resume or thaw. Null = not yet handed out. */
  readonly turn: number | null;
  /** The epoch from which the last attempt went on. */
  readonly from: number;
  /** The last epoch reported; below the curve's length while lost epochs are trained again. */
  readonly epoch: number;
  readonly until: number;
  /** The score of every epoch ever reached, epoch 1 first. */
  readonly curve: readonly number[];
  readonly checkpoint: (CheckpointRef & { readonly epoch: number }) | null;
  readonly verdict: { readonly epoch: number; readonly verdict: Verdict; readonly by: string | null } | null;
  readonly value: { readonly y: number; readonly at: number; readonly predicted: boolean } | null;
  /** Of the last epoch. */
  readonly metrics: { readonly [name: string]: number } | null;
  /** Seconds of training, repeats included. */
  readonly seconds: number;
  /** Epochs trained, repeats and epochs past a freeze included. */
  readonly charged: number;
  readonly freezes: number;
  readonly thaws: number;
  readonly failure: { readonly kind: FailureKind; readonly message: string } | null;
  /** Milliseconds since 1970 of the start and of the last event. */
  readonly started: number;
  readonly touched: number;
}

/** What a later full training of a stopped trial showed; `y` is null where that training failed. */
export interface Verification {
  readonly trial: TrialId;
  readonly y: number | null;
  readonly epochs: number;
  readonly seconds: number;
}

export interface StudyTotals {
  /** Epochs trained, everything included. */
  readonly epochs: number;
  /** Of those: trained a second time, after a lost or evicted checkpoint. */
  readonly repeated: number;
  /** Of those: reported after the trial had been frozen, cancelled or ended. */
  readonly pastFreeze: number;
  readonly seconds: number;
  readonly freezes: number;
  readonly thaws: number;
}

export interface StudyState {
  readonly header: StudyHeader | null;
  /** Number and time of the last event; 0 = none. */
  readonly seq: number;
  readonly time: number;
  readonly began: number;
  /** By id. */
  readonly trials: readonly TrialState[];
  readonly running: ReadonlySet<TrialId>;
  readonly frozen: ReadonlySet<TrialId>;
  readonly paused: ReadonlySet<TrialId>;
  readonly counts: { readonly [status in TrialStatus]: number };
  /** Thawed and not yet handed out, in order. */
  readonly thawed: readonly TrialId[];
  readonly enqueued: readonly Candidate[];
  /** Of the fully trained ones; the earlier of equals. */
  readonly best: { readonly trial: TrialId; readonly y: number } | null;
  /** An epoch that nobody has judged yet. */
  readonly unjudged: { readonly trial: TrialId; readonly epoch: number } | null;
  /** A fit was recorded and nothing but its own consequences has happened since. */
  readonly reviewDue: boolean;
  readonly lastType: StudyEvent['type'] | null;
  /** Bytes of the frozen trials' checkpoints. */
  readonly frozenBytes: number;
  readonly totals: StudyTotals;
  readonly verified: ReadonlyMap<TrialId, Verification>;
  /** Trials drawn for an audit; null where none was begun. */
  readonly audit: readonly TrialId[] | null;
  /** The reason of the end event. */
  readonly ended: string | null;
}

/** Somebody is training it now, as far as the journal knows. */
export function isWorking(trial: TrialState): boolean {
  return trial.status === 'running' && trial.turn !== null && trial.hold === 'out';
}

/** It was under way or to go on when a budget ended the study. */
export function isCutOff({ ended }: StudyState, trial: TrialState): boolean {
  return ended !== null && trial.status === 'running';
}

/** Handed back unfinished, to be given out again. */
export function isHandedBack(trial: TrialState): boolean {
  return trial.status === 'running' && trial.turn !== null && trial.hold === 'released';
}

/** In the order in which the round takes them: whose last turn is the longest ago comes first. */
export function byTurn(a: TrialState, b: TrialState): number {
  return (a.turn ?? 0) - (b.turn ?? 0);
}

export function runningTrials(state: StudyState): TrialState[] {
  return [...state.running].map((id) => state.trials[id] as TrialState).sort(byTurn);
}
