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
  const histograms = emptyHistograms(set.channels);
  count(histograms, set.height * set.width, set.images);
  return fromHistograms(histograms);
}

/** The same of pieces of whole images, C x `plane` bytes each, that need not be in memory together. */
export async function momentsOf(channels: number, plane: number, pieces: AsyncIterable<Uint8Array>): Promise<Moments> {
  const histograms = emptyHistograms(channels);
  for await (const piece of pieces) count(histograms, plane, piece);
  return fromHistograms(histograms);
}

/** 256 counts a channel. */
function emptyHistograms(channels: number): Float64Array[] {
  return Array.from({ length: channels }, () => new Float64Array(256));
}

function count(histograms: readonly Float64Array[], plane: number, images: Uint8Array): void {
  for (let start = 0, channel = 0; start < images.length; start += plane, channel = (channel + 1) % histograms.length) {
    const counts = histograms[channel] ?? new Float64Array(256);
    for (let i = start; i < start + plane; i++) {
      const value = images[i] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
  }
}

function fromHistograms(histograms: readonly Float64Array[]): Moments {
  const each = histograms.map(histogramMoments);
  return { mean: each.map(([m]) => m / 255), std: each.map(([, s]) => (s === 0 ? 1 : s / 255)) };
}

function histogramMoments(counts: Float64Array): [mean: number, std: number] {
  const total = counts.reduce((a, b) => a + b, 0);
  const mean = counts.reduce((sum, n, value) => sum + n * value, 0) / total;
  const variance = counts.reduce((sum, n, value) => sum + n * (value - mean) ** 2, 0) / total;
  return [mean, Math.sqrt(variance)];
}
