// The journal's events told again trial by trial: what a report needs, and the only thing that it reads.
// It decides nothing: whether a study may go on, and what it does next, is the room study's business.
import type { Candidate, FitRecord, Json, StoredEvent, StudyHeader, TrialId, Verdict } from '../core/index.js';
import { JournalError } from '../core/index.js';
import { createFold, type StudyState, type TrialStatus } from '../study/index.js';

export interface EpochPoint {
  readonly epoch: number;
  /** As journaled: larger is better. */
  readonly value: number;
  readonly seconds: number;
  readonly time: number;
  readonly attempt: number;
  readonly metrics?: { readonly [name: string]: number };
}

export interface VerdictPoint {
  readonly seq: number;
  readonly epoch: number;
  readonly verdict: Verdict;
  readonly by?: string;
  /** The fit that the rule had at hand, or null before the first. */
  readonly fit: FitPoint | null;
}

export interface ThawPoint {
  readonly seq: number;
  /** Epoch at which the trial stood. */
  readonly epoch: number;
  readonly reason: string;
  readonly by?: string;
}

/** `until` null: it paused at that epoch; else it went on from there up to `until`. */
export interface RungPoint {
  readonly seq: number;
  readonly epoch: number;
  readonly until: number | null;
}

export interface FitPoint {
  readonly seq: number;
  readonly record: FitRecord;
}

export interface Attempt {
  readonly attempt: number;
  readonly start: number;
  /** Time of its last event so far. */
  end: number;
  readonly worker?: string;
}

export type Fate = TrialStatus | 'unfinished';

export interface TrialStory {
  readonly trial: TrialId;
  readonly candidate: Candidate;
  readonly startTime: number;
  fate: TrialStatus;
  /** One point an epoch, the newest where an epoch was trained twice. */
  readonly curve: EpochPoint[];
  /** Every epoch that was paid for, repeats among them. */
  readonly paid: { epochs: number; seconds: number };
  readonly verdicts: VerdictPoint[];
  readonly thaws: ThawPoint[];
  readonly rungs: RungPoint[];
  readonly attempts: Attempt[];
  value: { readonly y: number; readonly at: number; readonly predicted: boolean } | null;
  failure: { readonly kind: string; readonly message: string } | null;
  /** What `--verify` trained after the search, from the epoch after the freeze. */
  afterwards: readonly number[];
  /** The true score at T: trained to the end in the search, or afterwards by `--verify`. */
  final: { readonly y: number; readonly verified: boolean; /** Of all training that it took to know it. */ readonly seconds: number } | null;
}

export interface Note {
  readonly about: string;
  readonly data: Json;
}

export interface Story {
  readonly header: StudyHeader;
  readonly trials: readonly TrialStory[];
  readonly fits: readonly FitPoint[];
  readonly notes: readonly Note[];
  /** Why the study ended, or null while it can go on. */
  readonly ended: string | null;
  readonly events: number;
  /** The same events folded by the room study, for its figures. */
  readonly state: StudyState;
}

/** Tells the story of a journal. Throws JournalError where the first event is not the study's header. */
export function tellStory(events: Iterable<StoredEvent>): Story {
  const teller = new Teller();
  for (const event of events) teller.hear(event);
  return teller.story();
}

class Teller {
  private readonly fold = createFold();
  private readonly trials: TrialStory[] = [];
  private readonly fits: FitPoint[] = [];
  private readonly notes: Note[] = [];

  hear(event: StoredEvent): void {
    this.fold.apply(event);
    switch (event.type) {
      case 'start':
        this.trials[event.trial] = newTrial(event);
        return;
      case 'fit':
        this.fits.push({ seq: event.seq, record: event.record });
        return;
      case 'note':
        this.notes.push({ about: event.about, data: event.data });
        if (event.about === 'verify') hearVerification(this.trials, event.data);
        return;
      case 'study':
      case 'end':
      case 'control':
        return;
      default:
        hearTrial(event, this.trialOf(event.trial), () => this.fits.at(-1) ?? null);
    }
  }

  story(): Story {
    const { state } = this.fold;
    if (state.header === null) {
      throw new JournalError('expected the journal to begin with the header of a study, got none; this is not a study file');
    }
    const { trials, fits, notes } = this;
    for (const trial of trials) trial.final ??= verifiedFinal(trial, state);
    return { header: state.header, trials, fits, notes, ended: state.ended, events: state.seq, state };
  }

  private trialOf(id: TrialId): TrialStory {
    const trial = this.trials[id];
    if (trial === undefined) throw new JournalError(`expected trial ${id} to start before it is spoken of; the journal is damaged`);
    return trial;
  }
}

/** True of `foretell search`, which keeps its options in the header; a program of its own (`createStudy`) is not gone on with by that command. */
export function isSearch({ environment }: Pick<StudyHeader, 'environment'>): boolean {
  return 'options' in environment;
}

/** In words for people: what still ran when the study ended runs no more. */
export function fateOf({ fate }: Pick<TrialStory, 'fate'>, { ended }: Pick<Story, 'ended'>): Fate {
  return fate === 'running' && ended !== null ? 'unfinished' : fate;
}

/** A trial alone, from its own events and the notes on its verification. `fitBefore`: the last fit before that event. */
export function tellTrial(events: Iterable<StoredEvent>, fitBefore: (seq: number) => FitPoint | null, state: StudyState): TrialStory | null {
  const told: TrialStory[] = [];
  for (const event of events) {
    const trial = 'trial' in event ? told[event.trial] : undefined;
    if (event.type === 'start') told[event.trial] = newTrial(event);
    else if (event.type === 'note') hearVerification(told, event.data);
    else if ('trial' in event && trial !== undefined) hearTrial(event, trial, fitBefore);
  }
  const trial = told.at(-1) ?? null;
  if (trial !== null) trial.final ??= verifiedFinal(trial, state);
  return trial;
}

function hearTrial(event: Extract<StoredEvent, { trial: TrialId }>, trial: TrialStory, fitBefore: (seq: number) => FitPoint | null): void {
  touchAttempt(trial, event.time, event.type);
  switch (event.type) {
    case 'open':
      trial.attempts.push({
        attempt: event.attempt,
        start: event.time,
        end: event.time,
        ...(event.by === undefined ? {} : { worker: event.by.worker }),
      });
      return;
    case 'epoch':
      hearEpoch(trial, event);
      return;
    case 'verdict':
      hearVerdict(trial, event, fitBefore(event.seq));
      return;
    case 'thaw':
      hearThaw(trial, event);
      return;
    case 'value':
      trial.value = { y: event.y, at: event.at, predicted: event.predicted };
      return;
    case 'fail':
      trial.failure = { kind: event.kind, message: event.message };
      trial.fate = 'failed';
      return;
    default:
      hearFate(trial, event);
  }
}

function newTrial(event: Extract<StoredEvent, { type: 'start' }>): TrialStory {
  return {
    trial: event.trial,
    candidate: event.candidate,
    startTime: event.time,
    fate: 'running',
    curve: [],
    paid: { epochs: 0, seconds: 0 },
    verdicts: [],
    thaws: [],
    rungs: [],
    attempts: [],
    value: null,
    failure: null,
    afterwards: [],
    final: null,
  };
}

function hearEpoch(trial: TrialStory, event: Extract<StoredEvent, { type: 'epoch' }>): void {
  const { epoch, value, seconds, time, attempt, metrics } = event;
  trial.curve[epoch - 1] = { epoch, value, seconds, time, attempt, ...(metrics === undefined ? {} : { metrics }) };
  trial.paid.epochs += 1;
  trial.paid.seconds += seconds;
}

function hearVerdict(trial: TrialStory, event: Extract<StoredEvent, { type: 'verdict' }>, fit: FitPoint | null): void {
  const { seq, epoch, verdict, by } = event;
  trial.verdicts.push({ seq, epoch, verdict, fit, ...(by === undefined ? {} : { by }) });
  if (verdict.action === 'freeze') trial.fate = 'frozen';
}

function hearThaw(trial: TrialStory, event: Extract<StoredEvent, { type: 'thaw' }>): void {
  const { seq, reason, by } = event;
  trial.thaws.push({ seq, epoch: trial.curve.length, reason, ...(by === undefined ? {} : { by }) });
  trial.fate = 'running';
}

function hearFate(trial: TrialStory, event: StoredEvent): void {
  const { seq, type } = event;
  const epoch = trial.curve.length;
  if (type === 'finish') {
    trial.fate = 'finished';
    const last = trial.curve.at(-1);
    if (last !== undefined) trial.final = { y: last.value, verified: false, seconds: trial.paid.seconds };
  } else if (type === 'pause') {
    trial.fate = 'paused';
    trial.rungs.push({ seq, epoch, until: null });
  } else if (type === 'resume') {
    trial.fate = 'running';
    trial.rungs.push({ seq, epoch, until: event.until });
  } else if (type === 'cancel') trial.fate = 'cancelled';
}

/** An attempt lasts up to its last event: a thaw or a value that is told later does not stretch it. */
function touchAttempt(trial: TrialStory, time: number, type: StoredEvent['type']): void {
  const open = trial.attempts.at(-1);
  if (open === undefined) return;
  if (type === 'epoch' || type === 'release' || type === 'fail') open.end = time;
}

/** The note of `verifyStudy`: { trial, from, curve, ... }; where it began again from epoch 0, only what is new is kept. */
function hearVerification(trials: readonly TrialStory[], data: Json): void {
  const { trial: id, from, curve } = (data ?? {}) as { readonly [key: string]: Json };
  const trial = typeof id === 'number' ? trials[id] : undefined;
  if (trial === undefined || !Array.isArray(curve) || typeof from !== 'number') return;
  trial.afterwards = curve.slice(Math.max(0, trial.curve.length - from)) as readonly number[];
}

/** A frozen trial that `--verify` trained to T; null where that failed. */
function verifiedFinal({ trial, paid }: TrialStory, state: StudyState): TrialStory['final'] {
  const found = state.verified.get(trial);
  if (found === undefined || found.y === null) return null;
  return { y: found.y, verified: true, seconds: paid.seconds + found.seconds };
}
