// The contract of everything that predicts where a learning curve ends: SRMs here, chains and curve models beside them.
// test/contracts/curve-predictor.ts holds its suite. It knows no study and takes no decision: rules do.
import type { Json, Rng, TrialId } from '../core/index.js';
import type { Observation } from './features.js';

export interface TrainingRow extends Observation {
  readonly trial: TrialId;
}

export interface Prediction {
  /** y^_horizon. */
  readonly mean: number;
  readonly sigma?: number;
  /** Pairs [probability, score], rising. */
  readonly quantiles?: readonly (readonly [number, number])[];
  /** p(y_horizon <= bar). */
  below(bar: number): number;
}

export interface PredictorFitRequest {
  /** Any order; curves that end before the horizon are used by the kinds that can and left out by the others. */
  readonly rows: readonly TrainingRow[];
  /** The epoch whose score is predicted. */
  readonly horizon: number;
  /** Numbers of curve points to predict from, rising, each in 0 .. horizon - 1. */
  readonly taus: readonly number[];
  /** Drawn from only where hyper-parameters are chosen. */
  readonly rng: Rng;
  /** Hyper-parameters of an earlier fit (its `chosen`) to keep; absent = choose. */
  readonly chosen?: Json;
  /** An earlier fit of the same predictor on fewer rows: kinds that have weights go on from them, the others do not look at it. */
  readonly from?: FittedPredictor;
  readonly signal?: AbortSignal;
}

/** A fit is data and arithmetic: it holds no handle and is never changed by a later fit. */
export interface FittedPredictor {
  readonly horizon: number;
  readonly taus: readonly number[];
  /** With the same rows: fits the same predictor again, bit for bit. */
  readonly chosen: Json;
  /** What else a reader wants to know of the fit (sigma a tau, cross-validated scores). */
  readonly summary: { readonly [key: string]: Json };
  /** From the first tau points. Throws RangeError for a tau that was not fitted. */
  predict(observation: Observation, tau: number): Promise<Prediction>;
  /**
   * Of many at once, in their order: where there is a faster way than one by one. The same as `predict` bit for bit, but for kinds that go by the GPU:
   * their means are within a thousandth of the prediction's own sigma.
   */
  predictAll?(observations: readonly Observation[], tau: number): Promise<readonly Prediction[]>;
}

/** Of many, by the fastest way that the fit has. Rejects with the reason of a signal that aborts between two of them. */
export async function predictMany(fitted: FittedPredictor, observations: readonly Observation[], tau: number, signal?: AbortSignal): Promise<readonly Prediction[]> {
  if (fitted.predictAll !== undefined) return fitted.predictAll(observations, tau);
  const found: Prediction[] = [];
  for (const observation of observations) {
    signal?.throwIfAborted();
    found.push(await fitted.predict(observation, tau));
  }
  return found;
}

/**
 * Promises: `fit` depends on its request alone (rows in any order, no earlier fit but `from`); it throws rather than return a model
 * that gives numbers which are not finite; it rejects with the reason of a signal that aborts while native code fits; predicting never
 * reads the curve past tau.
 */
export interface CurvePredictor {
  readonly settings: { readonly name: string; readonly [key: string]: Json };
  fit(request: PredictorFitRequest): Promise<FittedPredictor>;
}
