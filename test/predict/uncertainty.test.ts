// The normal distribution, quantiles and every sigma against textbook values.
import { describe, expect, it } from 'vitest';
import { gaussianBelow, normalCdf, quantile, sigmaOf } from '../../src/predict/index.js';

describe('uncertainty', () => {
  it('normalCdf agrees with tabulated values to 1e-14', () => {
    // Abramowitz and Stegun, table 26.1, and symmetric counterparts.
    const table: readonly [number, number][] = [
      [0, 0.5], [0.5, 0.691462461274013], [1, 0.841344746068543], [1.2815515655446004, 0.9],
      [1.6448536269514722, 0.95], [2, 0.977249868051821], [2.3263478740408408, 0.99], [3, 0.998650101968370], [5, 0.999999713348428],
    ];
    for (const [x, p] of table) {
      expect(Math.abs(normalCdf(x) - p)).toBeLessThan(1e-14);
      expect(Math.abs(normalCdf(-x) - (1 - p))).toBeLessThan(1e-14);
    }
    expect([normalCdf(Infinity), normalCdf(-Infinity), normalCdf(9)]).toEqual([1, 0, 1]);
    expect(normalCdf(NaN)).toBeNaN();
  });

  it('a sigma of 0 is a point mass', () => {
    expect([gaussianBelow(0.5, 0.4, 0), gaussianBelow(0.5, 0.5, 0), gaussianBelow(0.5, 0.6, 0)]).toEqual([1, 1, 0]);
    expect(gaussianBelow(1, 0, 1)).toBeCloseTo(0.841344746068543, 12);
  });

  it('sigmas of hand-made errors', () => {
    expect(sigmaOf([3, -4], 'loo')).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(sigmaOf([1, -2, 3, -10], 'mad')).toBe(5);
    // above 0: 3 and 4, RMS sqrt(12.5); half of 2 x the median absolute error 4 is the larger in the first
    expect(sigmaOf([3, 4, -1, -9, -20], 'upper')).toBeCloseTo(Math.max(Math.sqrt(12.5), 4), 12);
    expect(sigmaOf([3, 4, -1, -1, -1], 'upper')).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(sigmaOf([NaN, 1, 2], 'upper')).toBeNaN();
    // all below 0: half of the robust spread, never 0
    expect(sigmaOf([-1, -2, -3], 'upper')).toBe(2);
  });

  it('one dying run widens the RMS and neither of the others', () => {
    const errors = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0.01 : -0.01));
    const withDeath = [...errors, -0.6];
    expect(sigmaOf(withDeath, 'loo') / sigmaOf(errors, 'loo')).toBeGreaterThan(10);
    expect(sigmaOf(withDeath, 'mad')).toBeCloseTo(sigmaOf(errors, 'mad'), 12);
    expect(sigmaOf(withDeath, 'upper')).toBeCloseTo(sigmaOf(errors, 'upper'), 12);
  });

  it('quantile interpolates', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
