// From left-out errors to the probability that a trial ends at or below a bar. Errors are y - y^: above 0 the trial did
// better than predicted, which is the only side on which a stop can be wrong. It fits nothing itself.

/**
 * `loo`: root mean square (the paper's). `mad`: 2 x median absolute error, which a few dying runs cannot widen.
 * `upper`: the 90th percentile of the errors over a normal's 1.28, so only the side on which stops go wrong counts;
 * never below half of `mad` (at small n that one quantile can be near 0 or negative).
 */
export type SigmaKind = 'loo' | 'mad' | 'upper';

const UPPER_SHARE = 0.9;
const UPPER_NORMAL_QUANTILE = 1.2815515655446004;

/** Standard deviation of y - y^ from left-out errors, in the units of the scores. */
export function sigmaOf(errors: readonly number[], kind: SigmaKind): number {
  switch (kind) {
    case 'loo':
      return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    case 'mad':
      return 2 * quantile(errors.map(Math.abs), 0.5);
    case 'upper':
      return Math.max(quantile(errors, UPPER_SHARE) / UPPER_NORMAL_QUANTILE, sigmaOf(errors, 'mad') / 2);
  }
}

/** p(y <= bar) for y ~ N(mean, sigma); sigma 0 is a point mass. */
export function gaussianBelow(bar: number, mean: number, sigma: number): number {
  if (sigma > 0) return normalCdf((bar - mean) / sigma);
  return mean <= bar ? 1 : 0;
}

/** Phi(x), absolute error below 1e-15: the series of Marsaglia (2004), phi(x) * sum x^(2k+1) / (2k+1)!!. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let sum = x;
  let term = x;
  for (let k = 3, last = 0; sum !== last; k += 2) {
    last = sum;
    term *= (x * x) / k;
    sum += term;
  }
  return Math.min(1, Math.max(0, 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728)));
}

/** Linear interpolation between order statistics (the default of R and NumPy). NaN of an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}
