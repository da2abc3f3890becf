// The contracts between rooms. Each comment states the promises that an implementation must keep; test/contracts/ holds
// one suite a contract. Scores point up everywhere. Data crosses these lines, never buffers or open handles.
import type { FailureKind } from './errors.js';
import type { StoredEvent, StudyEvent } from './events.js';
import type { Json } from './hash.js';
import type { Rng } from './rng.js';
import type { Candidate, CheckpointRef, Command, FitRecord, TrialId, Verdict, Worker } from './trial.js';

/** A search space. Promises: the same generator gives the same sample; every sample is valid; `name` and `settings` identify it. */
export interface Space {
  readonly name: string;
  readonly settings: { readonly [key: string]: Json };
  sample(rng: Rng): Candidate;
  /**
   * Up to `most` valid candidates that differ from this one in one choice, none twice, never itself; fewer only where there are no more or `rng` found no
   * more. Numbers move by a step, choices to another choice. The AP row is filled in.
   */
  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[];
  /** Only of a space that can be enumerated: all that differ, ranges at so many points. */
  grid?(points: number): Grid;
  /** Throws UsageError or ShapeError saying what is wrong; returns the candidate with its AP row filled in. */
  validate(candidate: Candidate): Candidate;
}

/** Candidates by number, from 0; each valid, none twice. */
export interface Grid {
  readonly size: number;
  at(i: number): Candidate;
}

/** One stretch of training, handed out by `Study.ask`. */
export interface Task {
  readonly trial: TrialId;
  /** From 1; a report must carry it. */
  readonly attempt: number;
  readonly candidate: Candidate;
  /** Where to go on from; absent = from scratch. The next epoch to report is `from.epoch + 1`, or 1. */
  readonly from?: CheckpointRef & { readonly epoch: number };
  /** Train up to this epoch. */
  readonly until: number;
}

export interface EpochReport {
  readonly attempt: number;
  /** From 1, without gaps. */
  readonly epoch: number;
  /** The score, finite, larger is better. */
  readonly value: number;
  readonly seconds: number;
  /** Must already be in the store. */
  readonly checkpoint?: CheckpointRef;
  readonly metrics?: { readonly [name: string]: number };
}

export type Wait = { readonly action: 'wait' };
export type Done = { readonly action: 'done' };

/**
 * One door, pushed from outside; the GPU loop, replay, a fleet's coordinator and a user's own loop are its callers.
 * Promises: calls are served one at a time in the order in which they came; what a promise resolved to is in the journal;
 * the same header, journal head and order of calls give the same answers.
 */
export interface Study {
  /** A task, `wait` (ask again after the next report) or `done`. A thawed or handed-back trial comes before new ones. */
  ask(by?: Worker): Promise<{ readonly action: 'train'; readonly task: Task } | Wait | Done>;
  /**
   * Journals one epoch and judges it. A stale attempt throws StaleAttemptError; a repeat gets the same verdict;
   * an epoch past a freeze is charged and not judged. A value that is not finite fails the trial as diverged.
   */
  report(trial: TrialId, report: EpochReport): Promise<Verdict>;
  /** Hands the trial back; the next ask gives it out again as attempt + 1, from its last checkpoint. */
  release(trial: TrialId, attempt: number): Promise<void>;
  fail(trial: TrialId, attempt: number, failure: { readonly kind: FailureKind; readonly message: string }): Promise<void>;
  note(about: string, data: Json): Promise<void>;
  /** `id` is journaled with it, so that whoever sent it can look up whether it was done. */
  control(command: Command, by: string, id?: string): Promise<void>;
  /** A running task was frozen, cancelled or ended by a command; returns the function that stops listening. */
  interrupts(listener: (trial: TrialId, attempt: number) => void): () => void;
  close(): Promise<void>;
}

/** Promises: `get` after `put` gives the same bytes or throws CheckpointError; `put` is atomic and durable; `delete` of what is not there is silent. */
export interface CheckpointStore {
  put(key: string, bytes: Uint8Array): Promise<CheckpointRef>;
  get(ref: CheckpointRef): Promise<Uint8Array>;
  delete(key: string): Promise<void>;
}

export interface RunnerEpoch {
  readonly epoch: number;
  readonly value: number;
  readonly seconds: number;
  readonly metrics?: { readonly [name: string]: number };
  /** Everything that is needed to go on bit for bit from the end of this epoch; valid until the next epoch is asked for. */
  snapshot(): Promise<Uint8Array>;
}

/**
 * Trains one task. Promises: yields each epoch after `task.from` up to `task.until`; stops between epochs when `signal` aborts;
 * frees what it holds when the iteration ends, however it ends; throws TrialError where the trial itself is at fault.
 */
export interface Runner {
  run(task: Task, context: { readonly signal: AbortSignal; readonly checkpoint?: Uint8Array }): AsyncIterable<RunnerEpoch>;
}

/** What a trial is measured against: predict the score at `horizon`; stop where it will not pass `bar`. */
export interface Stakes {
  readonly horizon: number;
  /** Best, n-th best, or a rung's threshold; null while nothing is fully trained. */
  readonly bar: number | null;
}

export type Proposal =
  | { readonly action: 'start'; readonly candidate: Candidate; readonly until: number }
  | { readonly action: 'resume'; readonly trial: TrialId; readonly until: number }
  | { readonly action: 'freeze'; readonly trial: TrialId; readonly verdict: Extract<Verdict, { action: 'freeze' }> }
  /** What trials that wait are predicted to be worth, for whoever learns from values; then it is asked again. */
  | { readonly action: 'value'; readonly values: readonly { readonly trial: TrialId; readonly y: number; readonly at: number }[] }
  | Wait
  | Done;

/**
 * Proposes what to train next. Promises: state is folded from told events alone (tell them all again = the same state);
 * randomness is handed in and drawn per trial by `rng.fork`; cost an event is constant; `ask` is answered the same until an event is told.
 */
export interface Strategy {
  readonly settings: { readonly name: string; readonly [key: string]: Json };
  tell(event: StoredEvent): void;
  ask(): Promise<Proposal & { readonly record?: FitRecord }>;
  /** Null = do not judge this trial now. */
  stakes(trial: TrialId): Stakes | null;
}

/**
 * Judges running trials, paused ones before they go on, and reviews frozen ones. Promises: folded from told events alone; a verdict
 * is a function of the events so far; `record` is journaled before the verdict acts; a fit that fails yields `continue` with the reason.
 */
export interface StoppingRule {
  readonly settings: { readonly name: string; readonly [key: string]: Json };
  tell(event: StoredEvent): void;
  judge(trial: TrialId, stakes: Stakes): Promise<{ readonly verdict: Verdict; readonly record?: FitRecord }>;
  /** Which of these frozen trials no longer have a case against them, the most promising first. */
  review(
    frozen: readonly { readonly trial: TrialId; readonly stakes: Stakes }[],
    context: { readonly final: boolean },
  ): Promise<{ readonly thaw: readonly { readonly trial: TrialId; readonly reason: string }[]; readonly record?: FitRecord }>;
}

/** Append-only, one writer, many readers. Promises: `append` is atomic and durable when it returns; a reader never blocks the writer. */
export interface Journal {
  append(events: readonly StudyEvent[]): readonly StoredEvent[];
  /** All events after that number, in order. */
  read(after?: number): Iterable<StoredEvent>;
  close(): void;
}
