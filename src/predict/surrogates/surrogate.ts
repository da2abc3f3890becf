// The contract of what tells a search what an untried candidate will be worth: any score of candidates that were tried, in; mean and deviation of
// others, out. It knows no curve's end and no trial: which candidates to rank and what to do with ranks is the search's.
import type { Json, Rng } from '../../core/index.js';
import type { Observation } from '../features.js';

export interface SurrogateRow extends Observation {
  readonly y: number;
}

export interface SurrogateFitRequest {
  readonly rows: readonly SurrogateRow[];
  /** Drawn from only where hyper-parameters are chosen. */
  readonly rng: Rng;
  /** Hyper-parameters of an earlier fit to keep; absent = choose. */
  readonly chosen?: Json;
  /** An earlier fit of the same surrogate: those that have weights go on from them, the others do not look at it. */
  readonly from?: FittedSurrogate;
}

/** One number an observation, in the units of y. */
export interface SurrogateScores {
  readonly mean: Float64Array;
  readonly sigma: Float64Array;
}

export interface FittedSurrogate {
  /** With the same rows: fits the same again. */
  readonly chosen: Json;
  predict(observations: readonly Observation[]): Promise<SurrogateScores>;
}

/** Promises: `fit` depends on its request alone and throws rather than return a model whose numbers are not finite. */
export interface Surrogate {
  readonly settings: { readonly name: string; readonly [key: string]: Json };
  /** Whether fits get better or cheaper by going on from an earlier one. */
  readonly goesOn?: boolean;
  fit(request: SurrogateFitRequest): Promise<FittedSurrogate>;
}
