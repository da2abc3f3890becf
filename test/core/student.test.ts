import { describe, expect, it } from 'vitest';
import { studentQuantile } from '../../src/core/index.js';

describe('the two-sided quantile of Student\'s t', () => {
  it('agrees with R\'s qt(.975, df)', () => {
    const known: readonly [number, number][] = [[1, 12.7062047], [2, 4.30265273], [3, 3.18244631], [4, 2.77644511], [5, 2.57058184], [8, 2.30600414], [19, 2.09302405], [100, 1.98397152]];
    for (const [degrees, t] of known) expect(studentQuantile(degrees), `${degrees}`).toBeCloseTo(t, 7);
  });

  it('takes other levels, and is the normal distribution\'s in the end', () => {
    expect(studentQuantile(10, 0.9)).toBeCloseTo(1.81246112, 7);
    expect(studentQuantile(Infinity)).toBeCloseTo(1.959964, 4);
  });
});
