// What a left-out error is likely to be: one distribution a regression, from its left-out errors. It predicts no score itself:
// a prediction is the regression's mean plus this. Constant Gaussians live here, the others beside.
import { gaussianBelow, sigmaOf, type ConstantSigma } from '../uncertainty.js';

/** Distribution of y - y^ for one row. */
export interface Spread {
  /** Half the width of the central 68 %. */
  readonly sigma: number;
  /** Pairs [probability, error], rising; absent where sigma says it all. */
  readonly quantiles?: readonly (readonly [number, number])[];
  /** p(y - y^ <= error). */
  below(error: number): number;
}

export interface SpreadModel {
  /** Representative sigma, for reports. */
  readonly sigma: number;
  /** `features`: the row that the regression predicts from. */
  of(features: Float64Array): Spread;
}

export function gaussianSpread(sigma: number): Spread {
  return { sigma, below: (error) => gaussianBelow(error, 0, sigma) };
}

export function constantSpread(errors: readonly number[], kind: ConstantSigma): SpreadModel {
  const spread = gaussianSpread(sigmaOf(errors, kind));
  return { sigma: spread.sigma, of: () => spread };
}
