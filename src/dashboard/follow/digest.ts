// What the page shows of a study beyond its folded state: where trials were frozen and thawed, what was predicted of them, who trains, what was noted.
// One event at a time, at constant cost; it keeps the numbers of a trial's events, not the events.
import { type Candidate, DataError, type Json, type Predicted, type StoredEvent, type TrialId } from '../../core/index.js';
import { weightsOf, whatIs } from '../../report/index.js';
import { type Decision, parseDecision } from '../../tune/index.js';
import { adapterChangeOf, attemptOf } from '../../study/index.js';
import { type AdapterChange, changesAfter } from './adapter-changes.js';
import { Workers } from './workers.js';

/** A prediction with the epoch after which it was made. */
export interface Foretold {
  readonly epoch: number;
  readonly predicted: Predicted;
  readonly bar: number | null;
}

export interface TrialDigest {
  readonly what: string;
  readonly weights: number | null;
  /** By `columns`. */
  readonly numbers: readonly (number | null)[];
  readonly freezes: number[];
  readonly thaws: number[];
  changes: readonly AdapterChange[];
  first: Foretold | null;
  last: Foretold | null;
  lastFreeze: Foretold | null;
  /** Number of the last event about it. */
  touched: number;
  /** Numbers of all events about it. */
  readonly events: number[];
}

/** More numbers than this a page cannot show. */
const MOST_COLUMNS = 40;
const MOST_WHAT = 140;

export class Digest {
  readonly trials: TrialDigest[] = [];
  readonly columns: string[] = [];
  readonly fits: number[] = [];
  readonly workers = new Workers();
  readonly decisions: Decision[] = [];
  readonly controls: Extract<StoredEvent, { type: 'control' }>[] = [];
  /** Numbers of the events that last changed what their names say. */
  readonly changed = { columns: 0, kernels: 0, controls: 0, finals: 0 };

  hear(event: StoredEvent): void {
    const { seq } = event;
    this.workers.hear(event);
    if (event.type === 'start') this.trials[event.trial] = this.newTrial(event.candidate, seq);
    else if (event.type === 'fit') this.fits.push(seq);
    else if (event.type === 'note') this.note(event);
    else if (event.type === 'control') {
      this.controls.push(event);
      this.changed.controls = seq;
    }
    const trial = 'trial' in event ? this.trials[event.trial] : undefined;
    if (trial !== undefined) this.hearTrial(event, trial);
  }

  /** Numbers of all hyper-parameters and architecture parameters, the page's or not. */
  static numbersOf({ hp, ap }: Candidate): [name: string, value: number][] {
    return [...Object.entries(hp), ...Object.entries(ap).map(([name, value]): [string, number] => [name in hp ? `${name} (AP)` : name, value])];
  }

  private hearTrial(event: StoredEvent, trial: TrialDigest): void {
    trial.touched = event.seq;
    trial.events.push(event.seq);
    if (event.type === 'verdict') this.hearVerdict(event, trial);
    else if (event.type === 'epoch') trial.changes = changesAfter(trial.changes, event);
    else if (event.type === 'thaw') trial.thaws.push(trial.freezes.at(-1) ?? 0);
    else if (event.type === 'finish') this.changed.finals = event.seq;
  }

  private hearVerdict({ verdict, epoch }: Extract<StoredEvent, { type: 'verdict' }>, trial: TrialDigest): void {
    if (verdict.action === 'stop') return;
    if (verdict.action === 'freeze') trial.freezes.push(epoch);
    if (verdict.predicted === undefined) return;
    const foretold = { epoch, predicted: verdict.predicted, bar: verdict.bar ?? null };
    trial.first ??= foretold;
    trial.last = foretold;
    if (verdict.action === 'freeze') trial.lastFreeze = foretold;
  }

  private note(event: Extract<StoredEvent, { type: 'note' }>): void {
    const { about, data, seq } = event;
    if (about === 'tune') this.hearDecision(data, seq);
    if (about !== 'verify' && adapterChangeOf(event) === null && attemptOf(event) === null) return;
    const trial = this.trials[(data as { readonly trial?: TrialId }).trial ?? -1];
    if (trial === undefined) return;
    trial.touched = seq;
    trial.events.push(seq);
    if (about === 'verify') this.changed.finals = seq;
    trial.changes = changesAfter(trial.changes, event);
  }

  /** A user's own note may bear the same name. */
  private hearDecision(data: Json, seq: number): void {
    try {
      this.decisions.push(parseDecision(data));
      this.changed.kernels = seq;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
    }
  }

  private newTrial(candidate: Candidate, seq: number): TrialDigest {
    const what = whatIs({ candidate });
    const named = new Map(Digest.numbersOf(candidate));
    for (const name of named.keys()) {
      if (this.columns.length >= MOST_COLUMNS || this.columns.includes(name)) continue;
      this.columns.push(name);
      this.changed.columns = seq;
    }
    return {
      what: what.length > MOST_WHAT ? `${what.slice(0, MOST_WHAT)}…` : what, weights: weightsOf({ candidate }), numbers: this.columns.map((name) => named.get(name) ?? null),
      freezes: [], thaws: [], changes: [], first: null, last: null, lastFreeze: null, touched: seq, events: [],
    };
  }
}
