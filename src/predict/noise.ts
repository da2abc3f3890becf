// A predictor made worse on purpose: what a search or a rule would come to if it predicted less well.
import type { Rng } from '../core/index.js';

/** Each with a normal error of its own, of `share` standard deviations of these values. */
export function withNoise(values: Float64Array, share: number, rng: Rng): Float64Array {
  if (share === 0) return values;
  const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length);
  return values.map((y) => y + share * deviation * rng.normal());
}
