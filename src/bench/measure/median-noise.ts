// How far a list of samples is to be trusted: when sampling may end.
import { quantile } from '../../tune/index.js';

/**
 * How well the median is known, as a share of it: half the width of its 95 % interval by the quartiles, 1.58 IQR / sqrt(n) / median
 * (McGill, Tukey and Larsen 1978). 0.005 = half a percent. Infinity below three samples.
 */
export function medianNoise(values: readonly number[]): number {
  if (values.length < 3) return Infinity;
  return (1.58 * (quantile(values, 0.75) - quantile(values, 0.25))) / Math.sqrt(values.length) / quantile(values, 0.5);
}
