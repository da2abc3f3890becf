// What is to be expected of each run of a search, by a model that is fitted again as runs advance: what strategies ask that decide which run goes
// on. Two kinds: the chain (every run that got that far teaches it) and any predictor of final scores (finished runs teach it). Neither decides.
import type { FitRecord, Json, StoredEvent, TrialId } from '../../core/index.js';
import type { Prediction } from '../predictor.js';

/**
 * Promises: folded from told events alone; predictions are those of the fit that was told last, so the same journal gives the same ones;
 * a fit acts from when its record has been told.
 */
export interface RunModel {
  readonly settings: { readonly name: string; readonly [key: string]: Json };
  /** Whose fit records are its own. */
  readonly by: string;
  /** Epochs at which a run is looked at, rising; the last is the horizon. */
  readonly grid: readonly number[];
  tell(event: StoredEvent): void;
  /** A fit where it is time for one (`due`), or where anything came in since the last (`latest`). A fit that fails gives a record with its `error`. */
  fit(when: 'due' | 'latest'): Promise<FitRecord | undefined>;
  /** p(y_horizon <= bar) of each; NaN where nothing can be said. */
  chancesBelow(trials: readonly TrialId[], bar: number): Promise<Float64Array>;
  /** Of each; null where nothing can be said. */
  predict(trials: readonly TrialId[]): Promise<readonly (Prediction | null)[]>;
}
