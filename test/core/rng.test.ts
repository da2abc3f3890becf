// Random numbers: repeatable, independent of what was drawn before, and of the distributions they claim.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';

const draws = (n: number, next: () => number): number[] => Array.from({ length: n }, next);

describe('rng', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const a = createRng(1);
    const b = createRng(1);
    const c = createRng(2);
    const first = draws(5, () => a.next());
    expect(draws(5, () => b.next())).toEqual(first);
    expect(draws(5, () => c.next())).not.toEqual(first);
  });

  it('forks by name, whatever was drawn before', () => {
    const a = createRng(1);
    a.next();
    expect(a.fork('trial', 3).next()).toBe(createRng(1).fork('trial', 3).next());
    expect(a.fork('trial', 3).next()).not.toBe(a.fork('trial', 4).next());
  });

  it('is uniform: chi-square over 16 cells of 16,000 draws stays below the 99.99 % point of 15 degrees of freedom', () => {
    const rng = createRng('uniform');
    const cells = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) {
      const cell = Math.floor(rng.next() * 16);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const chi2 = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi2).toBeLessThan(44.26);
  });

  it('is normal: mean and variance within 5 standard errors', () => {
    const rng = createRng('normal');
    const x = draws(20_000, () => rng.normal());
    const mean = x.reduce((a, b) => a + b) / x.length;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });

  it('draws log-uniformly within its bounds', () => {
    const rng = createRng(3);
    const x = draws(2000, () => rng.logUniform(1e-5, 10));
    expect(Math.min(...x)).toBeGreaterThanOrEqual(1e-5);
    expect(Math.max(...x)).toBeLessThan(10);
    const below = x.filter((v) => v < 1e-2).length / x.length;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.06);
  });

  it('shuffles to a permutation, and differently for another fork', () => {
    const order = createRng(5).fork('epoch', 1).shuffle(Uint32Array.from({ length: 100 }, (_, i) => i));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const other = createRng(5).fork('epoch', 2).shuffle(Uint32Array.from({ length: 100 }, (_, i) => i));
    expect([...other]).not.toEqual([...order]);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRng(1).pick([])).toThrow(/at least one item/);
  });
});
