// Mean and standard deviation a channel, in units of pixel / 255: what a network's input is normalised with.
// Taken from the training part alone, so that nothing of validation or test leaks into the scale.
import type { ImageSet } from './image-set.js';

export interface Moments {
  /** One mean a channel, 0 to 1. */
  readonly mean: readonly number[];
  /** One population standard deviation a channel; 1 where the channel is constant, so that division is safe. */
  readonly std: readonly number[];
}

/** Exact: sums over a histogram of the 256 values, so no rounding grows with the number of images. */
export function moments(set: ImageSet): Moments {
  const mean: number[] = [];
  const std: number[] = [];
  for (let channel = 0; channel < set.channels; channel++) {
    const [m, s] = histogramMoments(histogram(set, channel));
    mean.push(m / 255);
    std.push(s === 0 ? 1 : s / 255);
  }
  return { mean, std };
}

function histogram(set: ImageSet, channel: number): Float64Array {
  const counts = new Float64Array(256);
  const plane = set.height * set.width;
  for (let image = 0; image < set.count; image++) {
    const start = (image * set.channels + channel) * plane;
    for (let i = start; i < start + plane; i++) {
      const value = set.images[i] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
  }
  return counts;
}

function histogramMoments(counts: Float64Array): [mean: number, std: number] {
  const total = counts.reduce((a, b) => a + b, 0);
  const mean = counts.reduce((sum, n, value) => sum + n * value, 0) / total;
  const variance = counts.reduce((sum, n, value) => sum + n * (value - mean) ** 2, 0) / total;
  return [mean, Math.sqrt(variance)];
}
