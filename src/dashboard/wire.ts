// What passes between the server and its page, as plain data. Scores are on the scale that people know (turned back where a metric was negated);
// trials go in columns, rounded to six digits: a frame of 10,000 trials x 20 epochs is 4 MB of JSON, which a browser reads in 50 ms.

export const STATUSES = ['running', 'paused', 'frozen', 'finished', 'failed', 'cancelled'] as const;
export type Status = (typeof STATUSES)[number];

/** A line of the list. */
export interface StudyLine {
  /** Names it in addresses; unique in the folder. */
  readonly key: string;
  readonly name: string;
  readonly data: string;
  readonly strategy: string;
  readonly rule: string;
  readonly metric: string;
  readonly trials: number;
  readonly best: number | null;
  /** In epochs. */
  readonly speedup: number | null;
  /** `reading`: not yet known. `stopped`: not at its end, and nobody works on it. */
  readonly state: 'reading' | 'running' | 'stopped' | 'ended' | 'unreadable';
  /** Why it cannot be read. */
  readonly trouble: string | null;
  /** Of the last event, milliseconds since 1970. */
  readonly time: number;
}

export interface Listing {
  readonly folder: string;
  /** Commands are taken. */
  readonly control: boolean;
  readonly studies: readonly StudyLine[];
}

/** What never changes in a study. */
export interface StudyFacts {
  readonly key: string;
  readonly name: string;
  readonly metric: string;
  /** A smaller shown score is better. */
  readonly negated: boolean;
  /** T. */
  readonly epochs: number;
  /** A curve's points are epochs `stride`, 2 `stride`, ... */
  readonly stride: number;
  /** Delta: a trial is frozen where its probability reaches it. */
  readonly confidence: number | null;
  readonly settings: readonly (readonly [name: string, words: string])[];
}

export interface Standing {
  readonly began: number;
  readonly time: number;
  readonly counts: { readonly [status in Status]: number };
  readonly best: { readonly trial: number; readonly score: number } | null;
  readonly epochs: { readonly trained: number; readonly possible: number; readonly speedup: number };
  readonly seconds: { readonly trained: number; readonly speedup: number };
  readonly freezes: number;
  readonly thaws: number;
  readonly fits: number;
  /** Trials whose score is known or predicted: what parameter importance is computed from. */
  readonly judged: number;
  readonly enqueued: number;
  readonly ended: string | null;
}

/** One entry a trial in each; all of the same length. */
export interface TrialColumns {
  readonly id: readonly number[];
  /** Index in STATUSES. */
  readonly status: readonly number[];
  /** Epochs reached, and the score there. */
  readonly epoch: readonly number[];
  readonly last: readonly (number | null)[];
  readonly curve: readonly (readonly number[])[];
  /** True, predicted or last seen. */
  readonly score: readonly (number | null)[];
  readonly predicted: readonly (0 | 1)[];
  readonly final: readonly (number | null)[];
  /** The last prediction made of it, and the epoch after which it was made. */
  readonly forecast: readonly (Forecast | null)[];
  readonly weights: readonly (number | null)[];
  readonly seconds: readonly number[];
  readonly freezes: readonly (readonly number[])[];
  readonly thaws: readonly (readonly number[])[];
  /** Epochs after which it went on on another adapter. */
  readonly changes: readonly (readonly number[])[];
  /** By the frame's `columns`. */
  readonly numbers: readonly (readonly (number | null)[])[];
  readonly what: readonly string[];
}

/** [epoch, horizon, mean, low, high, probability, bar]: the 90 % interval, p(does not pass the bar). */
export type Forecast = readonly [number, number, number, number | null, number | null, number | null, number | null];

export interface WorkerLine {
  readonly name: string;
  readonly adapter: string | null;
  readonly trials: readonly number[];
  readonly epochs: number;
  readonly perMinute: number;
  /** Of its last event. */
  readonly time: number;
  readonly failures: number;
}

export interface KernelLine {
  readonly kernel: string;
  readonly choice: string;
  /** Classes of shapes that got it, by where the choice came from. */
  readonly measured: number;
  readonly known: number;
  readonly neighbour: number;
  readonly untuned: number;
  readonly seconds: number;
}

export interface Calibration {
  /** Trials with both a prediction and a true score. */
  readonly count: number;
  /** Of how many of them the prediction says how sure it is. */
  readonly withSpread: number;
  readonly meanAbsoluteError: number;
  /** Mean of predicted - true. */
  readonly bias: number;
  readonly coverage: readonly { readonly nominal: number; readonly measured: number }[];
  /** Frozen trials whose true score is known, and those of them that beat their bar. */
  readonly frozenKnown: number;
  readonly frozenWrong: number;
}

export interface ControlLine {
  readonly time: number;
  readonly by: string;
  readonly words: string;
}

/** What a study's stream sends: all trials that changed since the last frame, and whatever else did. */
export interface Frame {
  /** Begin anew: what was sent before is of another reading. */
  readonly fresh: boolean;
  /** Of the last event in it. */
  readonly seq: number;
  /** More is known and follows at once. */
  readonly more: boolean;
  /** All that the journal held when its reading began has been sent. */
  readonly complete: boolean;
  readonly facts?: StudyFacts;
  /** Names of the trials' numbers, sent where there are new ones. */
  readonly columns?: readonly string[];
  readonly standing: Standing;
  readonly trials: TrialColumns;
  readonly workers?: readonly WorkerLine[];
  readonly kernels?: readonly KernelLine[];
  readonly calibration?: Calibration | null;
  readonly controls?: readonly ControlLine[];
}

export interface VerdictWords {
  readonly event: number;
  readonly epoch: number;
  readonly action: string;
  readonly value: number | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly prediction: string | null;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly bar: number | null;
  readonly probability: number | null;
  readonly fit: string | null;
  readonly features: readonly (readonly [name: string, value: number])[] | null;
}

/** One trial in full. */
export interface TrialDetail {
  readonly trial: number;
  readonly status: string;
  readonly what: string;
  readonly outcome: string;
  readonly curve: readonly (number | null)[];
  /** Trained after the search, by --verify or --audit. */
  readonly afterwards: readonly number[];
  readonly hp: readonly (readonly [name: string, value: number])[];
  readonly ap: readonly (readonly [name: string, value: number])[];
  readonly verdicts: readonly VerdictWords[];
  readonly thaws: readonly { readonly event: number; readonly epoch: number; readonly words: string }[];
  readonly attempts: readonly { readonly attempt: number; readonly worker: string; readonly adapter: string | null; readonly start: number; readonly end: number }[];
  /** Where it went on on another adapter: the last epoch of the one before. */
  readonly changes: readonly { readonly epoch: number; readonly from: string; readonly to: string }[];
  /** JSON, to enqueue a variation of it. */
  readonly candidate: string;
}

export interface Importance {
  /** Trials it was computed from, and how many of their scores are predictions. */
  readonly rows: number;
  readonly predicted: number;
  /** R^2 of the forest on trials that it had not seen; where it is low, so is what the bars can say. */
  readonly r2: number;
  readonly r2Deviation: number;
  /** Fits: each with another seed and another part left out. */
  readonly fits: number;
  /** What R^2 falls by when a column is shuffled: mean and standard deviation over the fits, the largest first. */
  readonly columns: readonly { readonly name: string; readonly mean: number; readonly deviation: number }[];
  /** Ask again when so many trials are judged. */
  readonly next: number;
}

export interface Refusal {
  readonly error: string;
}
