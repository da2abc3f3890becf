// The kinds of uncertainty, and those of them that are one number. Errors are y - y^: above 0 the trial did better than
// predicted, which is the only side on which a stop can be wrong. It fits nothing itself; spread/ makes distributions of errors.

/**
 * `loo`: root mean square (the paper's). `mad`: 2 x median absolute error, which a few dying runs cannot widen.
 * `upper`: root mean square of the errors above 0 alone, so only the side on which stops go wrong counts; never below half
 * of `mad` (at small n there may be next to none). A dead run that is left out errs downwards and does not widen it: on our
 * own curves (54 nets, some dead) 1.58x at Delta .99 against 1.24x for `loo` at .95, optimum kept in 30 of 30 by both.
 * `hetero`: a sigma that depends on the row, from a regression on |error| (spread/hetero.ts).
 * `conformal`: no bell curve at all, the quantiles of the left-out errors themselves (spread/conformal.ts).
 */
export type SigmaKind = ConstantSigma | 'hetero' | 'conformal';
export type ConstantSigma = 'loo' | 'mad' | 'upper';

export const SIGMA_KINDS: readonly SigmaKind[] = ['loo', 'mad', 'upper', 'hetero', 'conformal'];

/** Standard deviation of y - y^ from left-out errors, in the units of the scores. */
export function sigmaOf(errors: readonly number[], kind: ConstantSigma): number {
  switch (kind) {
    case 'loo':
      return rootMeanSquare(errors);
    case 'mad':
      return 2 * quantile(errors.map(Math.abs), 0.5);
    case 'upper':
      return Math.max(rootMeanSquare(errors.filter((e) => !(e <= 0))), sigmaOf(errors, 'mad') / 2);
  }
}

/** 0 of an empty list; NaN errors stay NaN. */
function rootMeanSquare(errors: readonly number[]): number {
  return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / Math.max(1, errors.length));
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

/** Phi^-1(p) for 0 < p < 1, by bisection to the last bit but a few. */
export function normalQuantile(p: number): number {
  let [low, high] = [-9, 9];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How many of `ascending` are at most `value`, by bisection. */
export function countAtMost(ascending: ArrayLike<number>, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Linear interpolation between order statistics (the default of R and NumPy). NaN of an empty list. */
export function quantile(values: readonly number[], share: number): number {
  return quantileOfAscending([...values].sort((a, b) => a - b), share);
}

export function quantileOfAscending(ascending: ArrayLike<number>, share: number): number {
  const at = share * (ascending.length - 1);
  const low = ascending[Math.floor(at)] ?? NaN;
  const high = ascending[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}
