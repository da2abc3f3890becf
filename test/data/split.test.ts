// Train and validation splits, orders and batches: disjoint, complete, and the same for the same seed.
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { batches, classCounts, order, splitImages, subset, type ImageSet } from '../../src/data/index.js';

/** One-pixel images whose pixel is their number, so that a part shows which images it took. */
function numbered(labels: readonly number[], classes: number): ImageSet {
  return {
    name: 'numbered', channels: 1, height: 1, width: 1, classes, count: labels.length,
    images: Uint8Array.from(labels.keys()), labels: Uint32Array.from(labels),
  };
}

const uneven = numbered(Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : i < 160 ? 1 : i < 190 ? 2 : 3)), 4);
const source = { train: uneven, test: numbered([0, 1, 2, 3, 0, 1, 2, 3], 4) };

describe('splitImages', () => {
  it('takes disjoint parts in which every class has its share to within one image', () => {
    const { train, validation, test } = splitImages(source, { train: 67, validation: 41 }, 5);
    expect([train.count, validation.count, test.count]).toEqual([67, 41, 8]);
    expect(new Set([...train.images, ...validation.images]).size).toBe(67 + 41);
    for (const part of [train, validation]) {
      classCounts(part).forEach((n, c) => {
        expect(Math.abs(n - ((classCounts(uneven)[c] ?? 0) / 200) * part.count)).toBeLessThanOrEqual(1);
      });
      part.images.forEach((image, i) => expect(part.labels[i]).toBe(uneven.labels[image]));
    }
  });

  it('is a function of its seed', () => {
    const take = (seed: number): number[] => [...splitImages(source, { train: 50, validation: 50 }, seed).train.images];
    expect(take(1)).toEqual(take(1));
    expect(take(1)).not.toEqual(take(2));
    expect(take(1)).not.toEqual([...take(1)].sort((a, b) => a - b));
  });

  it('can use every image', () => {
    const { train, validation } = splitImages(source, { train: 150, validation: 50 }, 1);
    expect([...train.images, ...validation.images].sort((a, b) => a - b)).toEqual([...uneven.images]);
  });

  it('takes a stratified part of the test images where asked', () => {
    const { test } = splitImages(source, { train: 1, validation: 1, test: 4 }, 1);
    expect([...classCounts(test)]).toEqual([1, 1, 1, 1]);
  });

  it.each([
    [{ train: 150, validation: 51 }, /at most 200, got 150 \+ 51/],
    [{ train: 0, validation: 5 }, /at least 1 training/],
    [{ train: 10, validation: 0 }, /1 validation/],
    [{ train: 1, validation: 1, test: 9 }, /1 to 8 images, got 9/],
  ])('refuses sizes %o', (sizes, message) => {
    expect(() => splitImages(source, sizes, 1)).toThrow(DataError);
    expect(() => splitImages(source, sizes, 1)).toThrow(message);
  });

  it('keeps classes in proportion in a subset', () => {
    expect([...classCounts(subset(uneven, 20, 3))]).toEqual([10, 6, 3, 1]);
  });
});

describe('order', () => {
  it('is a permutation that depends on seed and epoch alone', () => {
    const first = order(7, 1, 1000);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order(7, 1, 1000)).toEqual(first);
    expect(order(7, 2, 1000)).not.toEqual(first);
    expect(order(8, 1, 1000)).not.toEqual(first);
  });

  it('puts each image everywhere alike', () => {
    const positions = Array.from({ length: 10 }, () => 0);
    for (let epoch = 0; epoch < 5000; epoch++) {
      const at = order(1, epoch, 10).indexOf(0);
      positions[at] = (positions[at] ?? 0) + 1;
    }
    const chiSquare = positions.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    expect(chiSquare).toBeLessThan(27.88); // 0.999 quantile, 9 degrees of freedom
  });
});

describe('batches', () => {
  it('covers every image once, or drops the rest', () => {
    expect(batches(10, 4)).toEqual([{ start: 0, count: 4 }, { start: 4, count: 4 }, { start: 8, count: 2 }]);
    expect(batches(10, 4, true)).toEqual([{ start: 0, count: 4 }, { start: 4, count: 4 }]);
    expect(batches(8, 4, true)).toHaveLength(2);
    expect(batches(3, 4, true)).toEqual([{ start: 0, count: 3 }]);
  });
});
