// What a list of samples says. Medians and quantiles: on a machine with other work a mean belongs to whoever else was there.

/** Linear between order statistics; NaN for nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * How well the median is known, as a share of it: half the width of its 95 % interval by the quartiles, 1.58 IQR / sqrt(n) / median
 * (McGill, Tukey and Larsen 1978). 0.005 = half a percent. Infinity below three samples.
 */
export function medianNoise(values: readonly number[]): number {
  if (values.length < 3) return Infinity;
  return (1.58 * (quantile(values, 0.75) - quantile(values, 0.25))) / Math.sqrt(values.length) / quantile(values, 0.5);
}
