// The figures of a study, from its state alone: how much was trained of what would have been, and what came out.
import type { Candidate, TrialId } from '../core/index.js';
import { isCutOff, type StudyState, type TrialState, type TrialStatus } from './state.js';

export interface Saving {
  readonly trained: number;
  /** What training every trial to T would have taken. */
  readonly possible: number;
  /** possible / trained; 1 where nothing was trained. */
  readonly speedup: number;
}

export interface StudySummary {
  readonly name: string;
  readonly trials: number;
  readonly counts: { readonly [status in TrialStatus]: number };
  readonly freezes: number;
  readonly thaws: number;
  readonly epochs: Saving & { readonly repeated: number; readonly pastFreeze: number };
  /** Training seconds; those never spent are estimated by each trial's own mean epoch. */
  readonly seconds: Saving;
  /** Seconds from the first event to the last, pauses between runs included. */
  readonly elapsed: number;
  readonly best: { readonly trial: TrialId; readonly y: number; readonly candidate: Candidate } | null;
  readonly ended: string | null;
}

export function summarise(state: StudyState): StudySummary {
  const { totals, counts, trials, best, header } = state;
  const epochs = saving(totals.epochs, sumOf(trials, (trial) => possibleEpochs(state, trial)));
  return {
    name: header?.name ?? '',
    trials: trials.length,
    counts: { ...counts },
    freezes: totals.freezes,
    thaws: totals.thaws,
    epochs: { ...epochs, repeated: totals.repeated, pastFreeze: totals.pastFreeze },
    seconds: saving(totals.seconds, sumOf(trials, (trial) => possibleSeconds(state, trial))),
    elapsed: (state.time - state.began) / 1000,
    best: best === null ? null : { ...best, candidate: (trials[best.trial] as TrialState).candidate },
    ended: state.ended,
  };
}

export function saving(trained: number, possible: number): Saving {
  return { trained, possible, speedup: trained > 0 ? possible / trained : 1 };
}

/** A trial that broke would have broken all the same, and one under way has saved nothing yet: both count as trained. */
export function possibleEpochs(state: StudyState, trial: TrialState): number {
  const whole = trial.status === 'finished' || trial.status === 'frozen' || trial.status === 'paused' || isCutOff(state, trial);
  return whole ? (state.header?.epochs ?? trial.until) : trial.charged;
}

export function possibleSeconds(state: StudyState, trial: TrialState): number {
  return trial.charged === 0 ? 0 : (trial.seconds / trial.charged) * possibleEpochs(state, trial);
}

export function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
