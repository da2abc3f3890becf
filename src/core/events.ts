// What can happen in a study, as plain data. The journal holds these and nothing else; state is folded from them, and a
// strategy or rule that is told them all again is in the state it was in. What is not here did not happen.
import type { FailureKind } from './errors.js';
import type { Json } from './hash.js';
import type { Candidate, CheckpointRef, Command, FitRecord, TrialId, Verdict, Worker } from './trial.js';

/** First event of every study: what it is a study of. A resume under another header is refused. */
export interface StudyHeader {
  readonly name: string;
  readonly version: string;
  readonly seed: number;
  /** What the score is, and whether it was negated on its way in. */
  readonly metric: {
    readonly name: string;
    readonly negated: boolean;
    /** `log`: the score is the (negated) logarithm of what people know the metric as. */
    readonly transform?: 'log';
  };
  /** T: epochs of a full training. */
  readonly epochs: number;
  /** Each with a name and all settings that change the search; compared on resume. */
  readonly space: Settings;
  readonly strategy: Settings;
  readonly rule: Settings;
  readonly data: Settings;
  /** For people and reports: adapter, driver, node, commit. Not compared on resume. */
  readonly environment: { readonly [key: string]: Json };
}

export interface Settings {
  readonly name: string;
  readonly [key: string]: Json;
}

export type StudyEvent =
  | { readonly type: 'study'; readonly header: StudyHeader }
  /** A new trial; it trains up to epoch `until`. */
  | { readonly type: 'start'; readonly trial: TrialId; readonly candidate: Candidate; readonly until: number }
  /** The strategy lets a paused trial go on up to `until`. */
  | { readonly type: 'resume'; readonly trial: TrialId; readonly until: number }
  /** An attempt at the trial was handed to somebody. */
  | { readonly type: 'open'; readonly trial: TrialId; readonly attempt: number; readonly by?: Worker }
  /** The attempt was handed back unfinished. */
  | { readonly type: 'release'; readonly trial: TrialId; readonly attempt: number }
  | {
      readonly type: 'epoch';
      readonly trial: TrialId;
      readonly attempt: number;
      readonly epoch: number;
      readonly value: number;
      /** Seconds of training that this epoch took. */
      readonly seconds: number;
      readonly checkpoint?: CheckpointRef;
      readonly metrics?: { readonly [name: string]: number };
    }
  /** What the rule (or a command, `by`) said after that epoch. A freeze takes effect with this event. */
  | { readonly type: 'verdict'; readonly trial: TrialId; readonly epoch: number; readonly verdict: Verdict; readonly by?: string }
  /** A frozen trial goes on. */
  | { readonly type: 'thaw'; readonly trial: TrialId; readonly reason: string; readonly by?: string }
  /** The trial's value from now on; supersedes earlier ones. */
  | { readonly type: 'value'; readonly trial: TrialId; readonly y: number; readonly at: number; readonly predicted: boolean }
  /** The trial stands at its `until` < T and waits for the strategy. */
  | { readonly type: 'pause'; readonly trial: TrialId }
  /** The trial was trained to T. */
  | { readonly type: 'finish'; readonly trial: TrialId }
  | { readonly type: 'fail'; readonly trial: TrialId; readonly attempt: number; readonly kind: FailureKind; readonly message: string }
  | { readonly type: 'cancel'; readonly trial: TrialId; readonly by: string }
  /** A frozen trial's checkpoint was deleted for space: thawed, it starts at epoch 0 again. */
  | { readonly type: 'evict'; readonly trial: TrialId }
  /** What a rule or strategy fitted, before it acts on it. */
  | { readonly type: 'fit'; readonly record: FitRecord }
  /** Tuner choices, verification results and the like. */
  | { readonly type: 'note'; readonly about: string; readonly data: Json }
  /** `id`: of the letter that brought it, where it came through the study's mailbox. */
  | { readonly type: 'control'; readonly command: Command; readonly by: string; readonly id?: string }
  /** Nothing is left to do. A `--verify` run adds notes after it. */
  | { readonly type: 'end'; readonly reason: string };

/** An event as the journal keeps it: numbered from 1 without gaps, stamped in milliseconds since 1970. */
export type StoredEvent = StudyEvent & { readonly seq: number; readonly time: number };
