// Order statistics of samples.
import { describe, expect, it } from 'vitest';
import { noise, quantile } from '../../src/tune/statistics.js';

describe('order statistics', () => {
  it('lie between the samples', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([5], 0.9)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('know noise as the quartiles over the median', () => {
    expect(noise([8, 9, 10, 11, 12])).toBeCloseTo(0.2, 12);
    expect(noise([7, 7, 7])).toBe(0);
  });
});
