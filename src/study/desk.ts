// What the parts of a study work on together, and the few event shapes that more than one of them writes.
import type { FitRecord, StoppingRule, Strategy, StudyEvent, TrialId } from '../core/index.js';
import { StudyError, type Verdict } from '../core/index.js';
import type { Ledger } from './ledger.js';
import { isWorking, type StudyState, type TrialState } from './state.js';

/** Limits on the whole study; it ends where one is reached. */
export interface StudyBudget {
  readonly epochs?: number;
  /** Of training, as reported. */
  readonly seconds?: number;
  readonly failures?: number;
}

export interface Desk {
  readonly ledger: Ledger;
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
  readonly budget: StudyBudget;
  /** T. */
  readonly epochs: number;
}

export function fitOf(record: FitRecord | undefined): StudyEvent[] {
  return record === undefined ? [] : [{ type: 'fit', record }];
}

/** Throws StudyError where a rule or a strategy says what a trial is worth in no number, or at no epoch. */
export function freezeEvents(trial: TrialState, verdict: Extract<Verdict, { action: 'freeze' }>, by?: string): StudyEvent[] {
  const { y, at } = verdict.value;
  if (!Number.isFinite(y) || !Number.isInteger(at) || at < 1) {
    throw new StudyError(`a freeze of trial ${trial.id}: expected a value of a finite score y at an epoch from 1, got ${y} at ${at}; a rule that has no prediction gives the last score seen`);
  }
  const epoch = trial.curve.length;
  return [
    { type: 'verdict', trial: trial.id, epoch, verdict, ...(by === undefined ? {} : { by }) },
    { type: 'value', trial: trial.id, y, at, predicted: at > epoch },
  ];
}

/** The study is over for whoever is still training. */
export function endEvents(state: StudyState, reason: string): StudyEvent[] {
  const working = [...state.running].map((id) => state.trials[id] as TrialState).filter(isWorking);
  return [...working.map(({ id, attempt }): StudyEvent => ({ type: 'release', trial: id, attempt })), { type: 'end', reason }];
}

export function trialOf(state: StudyState, id: TrialId): TrialState {
  const trial = state.trials[id];
  if (trial !== undefined) return trial;
  throw new StudyError(`trial ${id}: expected a trial of this study (0 to ${state.trials.length - 1}), got one that was never started`);
}
