// A sigma that depends on the row: ridge regression of log |left-out error| on the features that the mean is predicted from.
// Errors of learning curves differ by a factor of a hundred between nets that train and nets that may die: one sigma for all is too wide for
// the first and too narrow for the others. Logarithms, so that a few dying runs do not rule the fit and no sigma is negative. Its penalty is the one of least
// left-out error, up to a practically constant sigma, so rows that say nothing about spread leave `loo`.
// sigma(x) = exp(f(x)) r, f kept within the values that it left out in training, r = root mean square of error / exp(f), f left out too.
import type { SrmSolver } from '../srm/solver.js';
import type { FeatureMatrix } from '../native/types.js';
import { quantile } from '../uncertainty.js';
import { constantSpread, gaussianSpread, type SpreadModel } from './spread.js';

/** Nothing random: a refit on the same rows tries the same penalties. */
const PENALTIES = [1, 10, 100, 1e3, 1e4, 1e6].map((lambda) => ({ lambda }));
/** Of the median |error|: below it an error counts as this, since the logarithm of a lucky hit is an outlier. */
const FLOOR = 0.25;

export async function heteroSpread(errors: readonly number[], features: FeatureMatrix, solver: SrmSolver): Promise<SpreadModel> {
  const floor = FLOOR * quantile(errors.map(Math.abs), 0.5);
  if (!(floor > 0)) return constantSpread(errors, 'loo');
  const target = Float64Array.from(errors, (e) => Math.log(Math.max(Math.abs(e), floor)));
  const folds = Int32Array.from(errors, (_, i) => i % 2);
  const { fits } = await solver.tune({ kind: 'ridge', target, taus: [features], draws: PENALTIES, folds });
  const fit = fits[0];
  if (fit === undefined) throw new RangeError('hetero: expected one fit of the solver, got none');
  const leftOut = target.map((t, i) => t - (fit.looResiduals[i] ?? NaN));
  const [low, high] = [leftOut.reduce((a, b) => Math.min(a, b), Infinity), leftOut.reduce((a, b) => Math.max(a, b), -Infinity)];
  const clipped = (f: number): number => Math.min(high, Math.max(low, f));
  const ratio = Math.sqrt(errors.reduce((sum, e, i) => sum + (e / Math.exp(leftOut[i] ?? NaN)) ** 2, 0) / errors.length);
  const sigmaAt = (f: number): number => ratio * Math.exp(clipped(f));
  return { sigma: quantile([...leftOut].map(sigmaAt), 0.5), of: (row) => gaussianSpread(sigmaAt(solver.predict(fit.model, row))) };
}
