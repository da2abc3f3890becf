// Images without a file: repeatable, balanced, as hard as asked; and the moments that normalise images.
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { checkedImageSet, classCounts, imageLength, moments, syntheticImages, type ImageSet } from '../../src/data/index.js';

/** Accuracy of "nearest mean image": the simplest thing that can learn these patterns. */
function nearestMeanAccuracy(train: ImageSet, test: ImageSet): number {
  const length = imageLength(train);
  const means = Array.from({ length: train.classes }, () => new Float64Array(length));
  train.labels.forEach((label, i) => {
    for (let p = 0; p < length; p++) (means[label] as Float64Array)[p] = (means[label]?.[p] ?? 0) + (train.images[i * length + p] ?? 0);
  });
  const counts = classCounts(train);
  means.forEach((mean, c) => mean.forEach((sum, p) => (mean[p] = sum / (counts[c] ?? 1))));
  const distance = (mean: Float64Array, i: number): number =>
    mean.reduce((sum, m, p) => sum + (m - (test.images[i * length + p] ?? 0)) ** 2, 0);
  let right = 0;
  test.labels.forEach((label, i) => {
    const distances = means.map((mean) => distance(mean, i));
    if (distances.indexOf(Math.min(...distances)) === label) right++;
  });
  return right / test.count;
}

describe('syntheticImages', () => {
  it('has the shape asked for, balanced classes, and the same bytes for the same seed', () => {
    const spec = { seed: 3, train: 40, test: 20, classes: 4, channels: 3, height: 9, width: 7 };
    const { train, test } = syntheticImages(spec);
    expect(checkedImageSet(train)).toMatchObject({ channels: 3, height: 9, width: 7, classes: 4, count: 40 });
    expect([...classCounts(test)]).toEqual([5, 5, 5, 5]);
    expect(syntheticImages(spec).train.images).toEqual(train.images);
    expect(syntheticImages({ ...spec, seed: 4 }).train.images).not.toEqual(train.images);
    expect(test.images).not.toEqual(train.images.subarray(0, test.images.length));
  });

  it('gets harder with difficulty, from exact to hopeless', () => {
    const accuracy = [0, 0.4, 0.9].map((difficulty) => {
      const { train, test } = syntheticImages({ seed: 1, train: 300, test: 200, height: 12, width: 12, difficulty });
      return nearestMeanAccuracy(train, test);
    });
    expect(accuracy[0]).toBe(1);
    expect(accuracy[1]).toBeGreaterThan(0.6);
    expect(accuracy[2]).toBeLessThan((accuracy[1] ?? 0) - 0.2);
  });

  it.each([{ difficulty: 1.5 }, { train: 0 }, { classes: 2.5 }])('refuses %o', (wrong) => {
    expect(() => syntheticImages({ seed: 1, train: 5, test: 5, ...wrong })).toThrow(DataError);
  });
});

describe('moments', () => {
  it('agrees with the textbook on every channel, and gives a constant channel a deviation of 1', () => {
    const images = Uint8Array.from([0, 255, 10, 10, 128, 64, 10, 10]); // 2 images x 2 channels x 1 x 2
    const set: ImageSet = { name: 'm', channels: 2, height: 1, width: 2, classes: 1, count: 2, images, labels: new Uint32Array(2) };
    const values = [0, 255, 128, 64].map((v) => v / 255);
    const mean = values.reduce((a, b) => a + b) / 4;
    const { mean: means, std } = moments(set);
    expect(means[0]).toBeCloseTo(mean, 12);
    expect(std[0]).toBeCloseTo(Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / 4), 12);
    expect([means[1], std[1]]).toEqual([10 / 255, 1]);
  });
});
