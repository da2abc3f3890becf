import { describe, expect, it } from 'vitest';
import { clopperPearsonUpper } from '../../src/core/index.js';

describe('the Clopper-Pearson bound', () => {
  it('is 1 - .05^(1/n) where nothing was found', () => {
    for (const n of [1, 10, 60]) expect(clopperPearsonUpper(0, n)).toBeCloseTo(1 - 0.05 ** (1 / n), 12);
  });

  it('agrees with R\'s qbeta(.95, x + 1, n - x)', () => {
    expect(clopperPearsonUpper(1, 10)).toBeCloseTo(0.394163, 6);
    expect(clopperPearsonUpper(3, 100)).toBeCloseTo(0.0757134, 5);
    expect(clopperPearsonUpper(9, 10)).toBeCloseTo(0.9948838, 6);
  });

  it('knows nothing of nothing, bounds nothing where all succeeded, and falls with the sample', () => {
    expect([clopperPearsonUpper(0, 0), clopperPearsonUpper(5, 5)]).toEqual([1, 1]);
    expect(clopperPearsonUpper(2, 2000)).toBeLessThan(clopperPearsonUpper(2, 200));
    expect(clopperPearsonUpper(2, 2000)).toBeGreaterThan(2 / 2000);
  });
});
