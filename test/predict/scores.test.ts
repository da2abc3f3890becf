// R^2, MAE and rank correlations against textbook values.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { kendallTau, meanAbsoluteError, ranks, rSquared, spearmanRho } from '../../src/predict/index.js';

describe('scores, against values worked by hand', () => {
  it('R^2', () => {
    // mean 2.5, SS_tot 5, residuals .5 0 0 -1 -> SS_res 1.25
    expect(rSquared([1, 2, 3, 4], [0.5, 2, 3, 5])).toBeCloseTo(0.75, 12);
    expect(rSquared([1, 2, 3], [2, 2, 2])).toBe(0);
    expect(rSquared([1, 2, 3], [3, 2, 1])).toBe(-3);
    expect(rSquared([2, 2], [2, 2])).toBeNaN();
  });

  it('mean absolute error', () => {
    expect(meanAbsoluteError([1, 2, 4], [2, 2, 1])).toBeCloseTo(4 / 3, 12);
    expect(meanAbsoluteError([], [])).toBeNaN();
  });

  it('Kendall tau-b', () => {
    // six pairs, one discordant: (5 - 1) / 6
    expect(kendallTau([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(4 / 6, 12);
    expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
    // pairs: (1,2) tied in x only, (1,3) tied in y only, others concordant but (2,3)
    // x 1 1 2 3, y 1 2 1 3: C = 3 [(1,4) (2,4) (3,4)], D = 1 [(2,3)], tied x 1, tied y 1 -> 2 / sqrt(5 * 5)
    expect(kendallTau([1, 1, 2, 3], [1, 2, 1, 3])).toBeCloseTo(0.4, 12);
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeNaN();
  });

  it('Kendall by inversions equals Kendall by pairs, ties and all', () => {
    const rng = createRng('tau');
    for (let round = 0; round < 20; round++) {
      const x = Array.from({ length: 37 }, () => rng.int(12));
      const y = x.map((v) => v + rng.int(9));
      expect(kendallTau(x, y)).toBeCloseTo(tauByPairs(x, y), 12);
    }
  });

  it('Spearman and ranks', () => {
    expect(ranks([10, 30, 20, 20])).toEqual([1, 4, 2.5, 2.5]);
    // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = 0 1 -1 0
    expect(spearmanRho([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(1 - 12 / 60, 12);
    expect(spearmanRho([1, 2, 3], [9, 4, 1])).toBeCloseTo(-1, 12);
  });

  it('refuses lists of unequal length', () => {
    expect(() => rSquared([1, 2], [1])).toThrow(/as many predictions/);
  });
});

function tauByPairs(x: readonly number[], y: readonly number[]): number {
  let [sum, xs, ys] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = Math.sign((x[i] ?? 0) - (x[j] ?? 0));
      const b = Math.sign((y[i] ?? 0) - (y[j] ?? 0));
      sum += a * b;
      xs += a * a;
      ys += b * b;
    }
  }
  return sum / Math.sqrt(xs * ys);
}
