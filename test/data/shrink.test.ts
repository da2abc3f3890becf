import { describe, expect, it } from 'vitest';
import { shrunkImages } from '../../src/data/index.js';

const set = { name: 'made', channels: 1, height: 3, width: 5, classes: 2, count: 2, labels: Uint32Array.of(0, 1), images: Uint8Array.from({ length: 30 }, (_, i) => i) };

describe('shrinking images', () => {
  it('averages blocks and cuts off what fills none', () => {
    const small = shrunkImages(set, 2);
    expect([small.height, small.width, small.count]).toEqual([1, 2, 2]);
    // Rows 0 1 2 3 4 / 5 6 7 8 9: the blocks' means are 3 and 5, rounded; the second image is 15 further.
    expect([...small.images]).toEqual([3, 5, 18, 20]);
    expect(small.labels).toBe(set.labels);
  });

  it('refuses a block larger than the image', () => {
    expect(() => shrunkImages(set, 4)).toThrow(/at most 3 .* got 4/);
  });
});
