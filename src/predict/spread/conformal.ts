// Conformal prediction from left-out errors: no bell curve, only ranks. With n errors and a new one exchangeable with them, the new error is at most
// the k-th smallest with probability at least k / (n + 1) (Vovk, Gammerman, Shafer 2005). One-sided, `below` is that bound, so a stop at Delta is wrong in at most
// 1 - Delta of cases; two-sided, quantiles below the median are rounded down in rank and those above it up, so that intervals cover at least what they say.
// Errors of refits without the row in the place of a held-out set make it the jackknife (Barber et al. 2021): jackknife+, which predicts by every one of the
// refits, is guaranteed, but needs n models a prediction where the refits differ from the full fit by O(1/n).
// Beyond the largest error, where ranks say nothing but 1 / (n + 1), an exponential tail of the mean excess of the largest errors goes on: without it no set of
// fewer than 1 / (1 - Delta) rows could ever stop anything. It is an extrapolation, and the guarantee does not reach it.
import { countAtMost } from '../uncertainty.js';
import type { Spread, SpreadModel } from './spread.js';

const PROBABILITIES = [0.025, 0.1, 0.158655, 0.25, 0.5, 0.75, 0.841345, 0.9, 0.975] as const;
const [LOW_SIGMA, HIGH_SIGMA] = [2, 6] as const;

export function conformalSpread(errors: readonly number[]): SpreadModel {
  const sorted = Float64Array.from(errors).sort();
  const upper = tailOf(sorted);
  const lower = tailOf(sorted.map((e) => -e).reverse());
  const quantiles = PROBABILITIES.map((p) => [p, p < 0.5 ? -upperQuantile(sorted.map((e) => -e).reverse(), lower, 1 - p) : upperQuantile(sorted, upper, p)] as const);
  const sigma = ((quantiles[HIGH_SIGMA]?.[1] ?? NaN) - (quantiles[LOW_SIGMA]?.[1] ?? NaN)) / 2;
  const spread: Spread = { sigma, quantiles, below: (error) => shareBelow(sorted, upper, error) };
  return { sigma, of: () => spread };
}

/** Mean excess of the sqrt(n) largest errors over the next one. */
function tailOf(sorted: Float64Array): number {
  const count = Math.max(1, Math.min(sorted.length - 1, Math.ceil(Math.sqrt(sorted.length))));
  const threshold = sorted[sorted.length - 1 - count] ?? sorted[0] ?? NaN;
  return sorted.subarray(sorted.length - count).reduce((sum, e) => sum + e - threshold, 0) / count;
}

function shareBelow(sorted: Float64Array, tail: number, error: number): number {
  const n = sorted.length;
  const top = sorted[n - 1] ?? NaN;
  if (Number.isNaN(error) || Number.isNaN(top)) return NaN;
  if (error < top) return countAtMost(sorted, error) / (n + 1);
  return 1 - (tail > 0 ? Math.exp((top - error) / tail) : error > top ? 0 : 1) / (n + 1);
}

/** Where `shareBelow` reaches p >= .5. */
function upperQuantile(sorted: Float64Array, tail: number, p: number): number {
  const rank = Math.ceil(p * (sorted.length + 1));
  const top = sorted[sorted.length - 1] ?? NaN;
  return rank <= sorted.length ? (sorted[rank - 1] as number) : top - tail * Math.log((1 - p) * (sorted.length + 1));
}
