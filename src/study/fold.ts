// Folds events into a study's state, one at a time, at constant cost an event. It trusts its events: what may happen is
// decided before they are written.
import type { Json, StoredEvent, StudyEvent, TrialId } from '../core/index.js';
import { JournalError } from '../core/index.js';
import { isWorking, type StudyState, type TrialState, type TrialStatus, type Verification } from './state.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Trial = Omit<Mutable<TrialState>, 'curve'> & { curve: number[] };
type State = Omit<Mutable<StudyState>, 'trials' | 'running' | 'frozen' | 'paused' | 'counts' | 'thawed' | 'enqueued' | 'totals' | 'verified'> & {
  trials: Trial[];
  running: Set<TrialId>;
  frozen: Set<TrialId>;
  paused: Set<TrialId>;
  counts: Mutable<StudyState['counts']>;
  thawed: TrialId[];
  enqueued: Mutable<StudyState['enqueued']>[number][];
  totals: Mutable<StudyState['totals']>;
  verified: Map<TrialId, Verification>;
};
type Stored<K extends StudyEvent['type']> = Extract<StudyEvent, { type: K }> & { readonly seq: number; readonly time: number };
type Handlers = { [K in StudyEvent['type']]: (state: State, event: Stored<K>) => void };

export interface StudyFold {
  readonly state: StudyState;
  apply(event: StoredEvent): void;
}

export function createFold(): StudyFold {
  const state = emptyState();
  return { state, apply: (event) => apply(state, event) };
}

export function foldEvents(events: Iterable<StoredEvent>): StudyState {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  return fold.state;
}

function apply(state: State, event: StoredEvent): void {
  state.seq = event.seq;
  state.time = event.time;
  if (state.began === 0) state.began = event.time;
  const trial = 'trial' in event ? state.trials[event.trial] : undefined;
  const before = trial === undefined ? 0 : frozenBytesOf(trial);
  foldReviewDue(state, event);
  (handlers[event.type] as (state: State, event: StoredEvent) => void)(state, event);
  if (trial === undefined) return;
  trial.touched = event.time;
  state.frozenBytes += frozenBytesOf(trial) - before;
}

const handlers: Handlers = {
  study(state, event) {
    state.header = event.header;
  },
  start(state, event) {
    if (event.trial !== state.trials.length) {
      throw new JournalError(`event ${event.seq}: expected trial ${state.trials.length} to start, got ${event.trial}; the journal was altered`);
    }
    // Enqueued candidates are always handed out before the strategy's own.
    state.enqueued.shift();
    state.trials.push(newTrial(event));
    state.running.add(event.trial);
    state.counts.running++;
  },
  resume(state, event) {
    const trial = trialOf(state, event);
    trial.until = event.until;
    trial.turn = null;
    move(state, trial, 'running');
  },
  open(state, event) {
    const trial = trialOf(state, event);
    trial.attempt = event.attempt;
    trial.hold = 'out';
    trial.from = trial.checkpoint?.epoch ?? 0;
    trial.epoch = trial.from;
    if (trial.turn === null) trial.turn = event.seq;
    const place = state.thawed.indexOf(event.trial);
    if (place >= 0) state.thawed.splice(place, 1);
  },
  release(state, event) {
    trialOf(state, event).hold = 'released';
  },
  epoch: foldEpoch,
  verdict(state, event) {
    const trial = trialOf(state, event);
    state.unjudged = null;
    trial.verdict = { epoch: event.epoch, verdict: event.verdict, by: event.by ?? null };
    if (event.verdict.action !== 'freeze') return;
    trial.freezes++;
    state.totals.freezes++;
    move(state, trial, 'frozen');
  },
  thaw(state, event) {
    const trial = trialOf(state, event);
    trial.thaws++;
    state.totals.thaws++;
    trial.turn = null;
    const full = state.header?.epochs ?? trial.until;
    // Frozen where it had paused: there is nothing left of its stretch, so it goes on to the end.
    if (trial.curve.length >= trial.until) trial.until = full;
    move(state, trial, 'running');
    state.thawed.push(trial.id);
  },
  value(state, event) {
    const trial = trialOf(state, event);
    trial.value = { y: event.y, at: event.at, predicted: event.predicted };
    if (trial.status === 'finished' && !event.predicted && (state.best === null || event.y > state.best.y)) {
      state.best = { trial: trial.id, y: event.y };
    }
  },
  pause: (state, event) => move(state, trialOf(state, event), 'paused'),
  finish: (state, event) => move(state, trialOf(state, event), 'finished'),
  fail(state, event) {
    const trial = trialOf(state, event);
    trial.failure = { kind: event.kind, message: event.message };
    move(state, trial, 'failed');
  },
  cancel: (state, event) => move(state, trialOf(state, event), 'cancelled'),
  evict(state, event) {
    trialOf(state, event).checkpoint = null;
  },
  fit: () => undefined,
  note(state, event) {
    const found = event.about === 'verify' ? verificationOf(event.data) : null;
    if (found !== null) state.verified.set(found.trial, found);
    if (event.about === 'audit') state.audit ??= drawnTrials(event.data);
  },
  control(state, event) {
    if (event.command.type === 'enqueue') state.enqueued.push(event.command.candidate);
  },
  end(state, event) {
    state.ended = event.reason;
    state.unjudged = null;
  },
};

function foldEpoch(state: State, event: Stored<'epoch'>): void {
  const trial = trialOf(state, event);
  const known = event.epoch <= trial.curve.length;
  const working = isWorking(trial) && state.ended === null;
  // Epoch 1 from an attempt that was to go on from later: its checkpoint was lost, and it began again.
  if (event.epoch === 1 && trial.from > 0) {
    trial.from = 0;
    trial.checkpoint = null;
  }
  trial.epoch = event.epoch;
  trial.metrics = event.metrics ?? null;
  trial.curve[event.epoch - 1] = event.value;
  if (event.checkpoint !== undefined) trial.checkpoint = { ...event.checkpoint, epoch: event.epoch };
  trial.charged++;
  trial.seconds += event.seconds;
  state.totals.epochs++;
  state.totals.seconds += event.seconds;
  if (known) state.totals.repeated++;
  if (!working) {
    state.totals.pastFreeze++;
    return;
  }
  trial.turn = event.seq;
  if (!known && event.epoch < trial.until) state.unjudged = { trial: event.trial, epoch: event.epoch };
}

/**
 * A fit comes as [fit, verdict, value], [fit, start | resume, open], [fit, resume, verdict, value] or alone, each one append; the
 * review that follows adds its own events. Anything else in between says that the review has been.
 */
const FOLLOWS: { readonly [type in StudyEvent['type']]?: readonly StudyEvent['type'][] } = {
  verdict: ['fit', 'resume'],
  value: ['verdict'],
  start: ['fit'],
  resume: ['fit'],
  open: ['start', 'resume'],
};

/** Housekeeping, and what people enqueue and note: it may come anywhere and says nothing of a review. */
function isAside(event: StoredEvent): boolean {
  return event.type === 'evict' || event.type === 'note' || (event.type === 'control' && event.command.type === 'enqueue');
}

function foldReviewDue(state: State, event: StoredEvent): void {
  if (isAside(event)) return;
  const follows = state.lastType !== null && (FOLLOWS[event.type]?.includes(state.lastType) ?? false);
  state.reviewDue = event.type === 'fit' || (state.reviewDue && follows);
  state.lastType = event.type;
}

function trialOf(state: State, event: { readonly trial: TrialId; readonly seq: number }): Trial {
  const trial = state.trials[event.trial];
  if (trial === undefined) throw new JournalError(`event ${event.seq}: trial ${event.trial} was never started; the journal was altered`);
  return trial;
}

function move(state: State, trial: Trial, status: TrialStatus): void {
  if (state.unjudged?.trial === trial.id) state.unjudged = null;
  state.counts[trial.status]--;
  state.counts[status]++;
  setOf(state, trial.status)?.delete(trial.id);
  setOf(state, status)?.add(trial.id);
  trial.status = status;
  const place = status === 'running' ? -1 : state.thawed.indexOf(trial.id);
  if (place >= 0) state.thawed.splice(place, 1);
}

function setOf(state: State, status: TrialStatus): Set<TrialId> | null {
  return status === 'running' || status === 'frozen' || status === 'paused' ? state[status] : null;
}

function frozenBytesOf(trial: Trial): number {
  return trial.status === 'frozen' ? (trial.checkpoint?.bytes ?? 0) : 0;
}

function verificationOf(data: Json): Verification | null {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return null;
  const { trial, y, epochs, seconds } = data as { [key: string]: Json | undefined };
  if (typeof trial !== 'number' || typeof epochs !== 'number' || typeof seconds !== 'number') return null;
  return { trial, y: typeof y === 'number' ? y : null, epochs, seconds };
}

function drawnTrials(data: Json): readonly TrialId[] | null {
  const trials = data !== null && typeof data === 'object' && !Array.isArray(data) ? (data as { readonly [key: string]: Json })['trials'] : undefined;
  return Array.isArray(trials) ? trials.filter((trial): trial is TrialId => typeof trial === 'number') : null;
}

function newTrial(event: Stored<'start'>): Trial {
  return {
    id: event.trial,
    candidate: event.candidate,
    status: 'running',
    attempt: 0,
    hold: 'none',
    turn: null,
    from: 0,
    epoch: 0,
    until: event.until,
    curve: [],
    checkpoint: null,
    verdict: null,
    value: null,
    metrics: null,
    seconds: 0,
    charged: 0,
    freezes: 0,
    thaws: 0,
    failure: null,
    started: event.time,
    touched: event.time,
  };
}

function emptyState(): State {
  return {
    header: null,
    seq: 0,
    time: 0,
    began: 0,
    trials: [],
    running: new Set(),
    frozen: new Set(),
    paused: new Set(),
    counts: { running: 0, paused: 0, frozen: 0, finished: 0, failed: 0, cancelled: 0 },
    thawed: [],
    enqueued: [],
    best: null,
    unjudged: null,
    reviewDue: false,
    lastType: null,
    frozenBytes: 0,
    totals: { epochs: 0, repeated: 0, pastFreeze: 0, seconds: 0, freezes: 0, thaws: 0 },
    verified: new Map(),
    audit: null,
    ended: null,
  };
}
