// A sample of what a run may end at, as a prediction: for models that answer with draws (walks of the chain, LCE, LC-Net).
import type { Prediction } from './predictor.js';
import { countAtMost, quantileOfAscending } from './uncertainty.js';

/** Quantiles that a prediction carries: the ends of the central 95 % and 80 %, and the median. */
const SHARES = [0.025, 0.1, 0.5, 0.9, 0.975] as const;

export interface DrawnPrediction extends Prediction {
  readonly sigma: number;
  readonly quantiles: NonNullable<Prediction['quantiles']>;
}

/** `ends` ascending. */
export function predictionOf(ends: Float64Array): DrawnPrediction {
  const mean = ends.reduce((sum, y) => sum + y, 0) / ends.length;
  return {
    mean,
    sigma: Math.sqrt(ends.reduce((sum, y) => sum + (y - mean) ** 2, 0) / ends.length),
    quantiles: SHARES.map((share) => [share, quantileOfAscending(ends, share)] as const),
    below: (bar) => countAtMost(ends, bar) / ends.length,
  };
}
