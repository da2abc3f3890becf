// Two samples compared: p-values against SciPy 1.17's mannwhitneyu (two-sided), and what is refused.
import { describe, expect, it } from 'vitest';
import { NativeError } from '../../src/core/index.js';
import { compareSamples } from '../../src/predict/native.js';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

/** scipy.stats.mannwhitneyu(a, b, method=...): statistic and p-value. */
const SCIPY = [
  { name: 'exact, apart', a: of(1, 2, 3), b: of(4, 5, 6), u: 0, p: 0.1, exact: true },
  { name: 'exact, mixed', a: of(1.1, 2.2, 5.5, 3.3), b: of(2.5, 4.4, 6.6, 0.5, 7.7), u: 7, p: 0.5555555555555556, exact: true },
  { name: 'exact, 20 + 20', a: Float64Array.from({ length: 20 }, (_, i) => 2 * i + 1), b: Float64Array.from({ length: 20 }, (_, i) => 2.1 * i + 3.05), u: 171, p: 0.44496402484021574, exact: true },
  { name: 'asymptotic, ties', a: of(1, 2, 2, 3, 5, 5), b: of(2, 2, 4, 6, 6, 7, 8), u: 10, p: 0.12717084851192614, exact: false },
  { name: 'asymptotic, all equal', a: of(1, 1, 1, 1, 1), b: of(1, 1, 1, 1, 1, 1), u: 15, p: 1, exact: false },
];

describe('two samples', () => {
  it.each(SCIPY)('have the p-value of SciPy: $name', ({ a, b, u, p, exact }) => {
    const got = compareSamples(a, b);
    expect(got.u).toBe(u);
    expect(got.p).toBeCloseTo(p, 12);
    expect(got.exact).toBe(exact);
    expect(got.delta).toBeCloseTo((2 * u) / (a.length * b.length) - 1, 12);
  });

  it('give the ratio of their medians with an interval around it', () => {
    const a = Float64Array.from({ length: 31 }, (_, i) => 10 + ((i * 7) % 31) / 10);
    const b = a.map((value) => value * 1.25);
    const { ratio, low, high } = compareSamples(a, b);
    expect(ratio).toBeCloseTo(1.25, 12);
    expect(low).toBeGreaterThan(1.1);
    expect(low).toBeLessThan(1.25);
    expect(high).toBeGreaterThan(1.25);
    expect(high).toBeLessThan(1.4);
  });

  it.each([
    ['an empty one', of(), /a\.length: expected at least one value/],
    ['a zero', of(1, 0), /a\[1\]: expected a positive number, got 0/],
    ['NaN', of(NaN), /a/],
  ])('refuse %s', (_, a, message) => {
    expect(() => compareSamples(a, of(1, 2))).toThrow(NativeError);
    expect(() => compareSamples(a, of(1, 2))).toThrow(message);
  });
});
