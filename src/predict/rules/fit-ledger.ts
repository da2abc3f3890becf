// When predictors are fitted, what is written down of it, and how the same ones come back after a resume: one fit a
// horizon, tuned after the burn-in and again when the training set has grown by half, refitted with the hyper-parameters
// it had when it has grown by a quarter. State is folded from `fit` events alone; models are rebuilt from the last one
// when they are first needed. It judges no trial.
import { hashOf, messageOf } from '../../core/index.js';
import type { FitRecord, Json, Rng, StoredEvent, TrialId } from '../../core/index.js';
import type { CurvePredictor, FittedPredictor, TrainingRow } from '../predictor.js';
import { observe, type TrialBook, type TrialRecord } from './trial-book.js';

export interface FitSchedule {
  /** Trials that must have reached the horizon before the first fit. */
  readonly burnIn: number;
  /** False: fitted once, after the burn-in (the paper). */
  readonly refit: boolean;
  /** Train on at most so many trials, those that reached the horizon last. */
  readonly srmMax: number;
}

/** `model` absent: nothing to predict with, `reason` says why. `record` present: journal it before acting. */
export interface CurrentFit {
  readonly model?: FittedPredictor;
  readonly reason?: string;
  readonly record?: FitRecord;
}

/** What is folded: the last attempt's size, the last tuning's, and the last record that holds a model. */
interface HorizonState {
  attemptedOn: number;
  tunedOn: number;
  failure: string | null;
  record: ModelRecord | null;
  /** The record's hash, taken once: a record over 500 epochs is 60 kB, and a fit is asked for at every verdict. */
  key: string;
}

interface ModelRecord extends FitRecord {
  readonly horizon: number;
  /** Trials that had reached the horizon, and how many there were at the last tuning. */
  readonly count: number;
  readonly tunedOn: number;
  /** Ids trained on, rising; fewer than `count` where runs came back. */
  readonly trials: readonly TrialId[];
  readonly chosen: Json;
}

const REFIT_GROWTH = 1.25;
const TUNE_GROWTH = 1.5;

export class FitLedger {
  private readonly states = new Map<number, HorizonState>();
  /** Models by the hash of the record that they were fitted from; the newest a horizon. */
  private readonly models = new Map<number, { readonly key: string; readonly model: FittedPredictor }>();

  constructor(
    private readonly by: string,
    private readonly predictor: CurvePredictor,
    private readonly schedule: FitSchedule,
    private readonly book: TrialBook,
    private readonly rng: Rng,
  ) {}

  tell(event: StoredEvent): void {
    if (event.type !== 'fit' || event.record.by !== this.by) return;
    const record = event.record as ModelRecord & { readonly error?: string };
    const state = this.stateOf(record.horizon);
    state.attemptedOn = record.count;
    state.failure = record.error ?? null;
    if (record.error !== undefined) return;
    state.tunedOn = record.tunedOn;
    state.record = record;
    state.key = hashOf(record);
  }

  /**
   * The fit to judge with. `due`: fit where the schedule says so; `latest`: also where one trial came in since;
   * `recorded`: only what the journal holds.
   */
  async current(horizon: number, freshness: 'due' | 'latest' | 'recorded'): Promise<CurrentFit> {
    const state = this.stateOf(horizon);
    const count = this.book.countAt(horizon);
    if (count < this.schedule.burnIn) {
      return { reason: `burn-in: ${count} of ${this.schedule.burnIn} trials trained to epoch ${horizon}` };
    }
    if (this.isDue(state, count, freshness)) return this.attempt(horizon, state, count);
    return this.rebuilt(horizon, state);
  }

  private isDue(state: HorizonState, count: number, freshness: 'due' | 'latest' | 'recorded'): boolean {
    if (freshness === 'recorded') return false;
    if (state.attemptedOn === 0) return true;
    return this.schedule.refit && (freshness === 'latest' ? count > state.attemptedOn : count >= REFIT_GROWTH * state.attemptedOn);
  }

  private async attempt(horizon: number, state: HorizonState, count: number): Promise<CurrentFit> {
    const keep = state.record !== null && count < TUNE_GROWTH * state.tunedOn;
    const recent = distinct(this.book.trainedTo(horizon), horizon).slice(-this.schedule.srmMax);
    const trials = recent.map((r) => r.trial).sort((a, b) => a - b);
    try {
      const model = await this.fit(horizon, trials, keep ? state.record?.chosen : undefined, count);
      const record: ModelRecord = {
        by: this.by, horizon, count, trials,
        tunedOn: keep ? state.tunedOn : count,
        chosen: model.chosen,
        ...model.summary,
      };
      this.models.set(horizon, { key: hashOf(record), model });
      return { model, record };
    } catch (error) {
      const reason = `no fit on ${trials.length} trials: ${messageOf(error)}`;
      const before = await this.rebuilt(horizon, state);
      return { ...before, reason, record: { by: this.by, horizon, count, error: messageOf(error) } };
    }
  }

  private async rebuilt(horizon: number, state: HorizonState): Promise<CurrentFit> {
    if (state.record === null) return { reason: `no fit: ${state.failure ?? 'none was recorded'}` };
    const { key } = state;
    const known = this.models.get(horizon);
    if (known?.key === key) return { model: known.model };
    try {
      const model = await this.fit(horizon, state.record.trials, state.record.chosen, state.record.count);
      this.models.set(horizon, { key, model });
      return { model };
    } catch (error) {
      return { reason: `no fit on ${state.record.trials.length} trials: ${messageOf(error)}` };
    }
  }

  private fit(horizon: number, trials: readonly TrialId[], chosen: Json | undefined, count: number): Promise<FittedPredictor> {
    return this.predictor.fit({
      rows: trials.map((trial) => trainingRow(this.book.get(trial), horizon)),
      horizon,
      taus: Array.from({ length: horizon - 1 }, (_, i) => i + 1),
      rng: this.rng.fork('fit', horizon, count),
      ...(chosen === undefined ? {} : { chosen }),
    });
  }

  private stateOf(horizon: number): HorizonState {
    const known = this.states.get(horizon);
    if (known !== undefined) return known;
    const state: HorizonState = { attemptedOn: 0, tunedOn: 0, failure: null, record: null, key: '' };
    this.states.set(horizon, state);
    return state;
  }
}

/**
 * Of a recorded run that came back again and again its latest training alone: where a twin is left in, whatever was left out is known by heart, hyper-parameters
 * that learn by heart are chosen, and sigma shrinks to nothing. lcnet-cifar10-cnn, 40 runs of f-Hyperband: from .024 to .004 as runs came back, the errors stayed.
 */
function distinct(records: readonly TrialRecord[], horizon: number): TrialRecord[] {
  const latest = new Map<string, TrialRecord>();
  for (const record of records) {
    const key = hashOf(observe(record, horizon));
    latest.delete(key);
    latest.set(key, record);
  }
  return [...latest.values()];
}

function trainingRow(record: TrialRecord | undefined, horizon: number): TrainingRow {
  if (record === undefined) throw new RangeError('fit record: expected trials that the journal started, got an unknown one');
  return { trial: record.trial, ...observe(record, horizon) };
}
