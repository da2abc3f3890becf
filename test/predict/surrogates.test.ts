// Surrogates: what every one promises, and the Gaussian process against its textbook form.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { gaussianProcess, nativeSolver, RegressionSurrogate, type Surrogate, type SurrogateRow } from '../../src/predict/index.js';

const rowAt = (x: number, y = Math.sin(6 * x)): SurrogateRow => ({ curve: [], ap: {}, hp: { x }, y });
const rows = Array.from({ length: 24 }, (_, i) => rowAt(i / 24));
const asked = [0.1, 0.33, 0.71].map((x) => rowAt(x));

describe.each<[string, () => Surrogate, number]>([
  ['Gaussian process', () => gaussianProcess, 0.01],
  ['kernel ridge', () => new RegressionSurrogate({ kind: 'krr', draws: 60, solver: nativeSolver }), 0.15],
  ['forest', () => new RegressionSurrogate({ kind: 'rf', draws: 4, solver: nativeSolver }), 0.4],
])('%s', (_name, make, error) => {
  it('predicts what it has not seen, with a deviation above 0', async () => {
    const { mean, sigma } = await (await make().fit({ rows, rng: createRng(1) })).predict(asked);
    asked.forEach(({ y }, i) => expect(Math.abs((mean[i] as number) - y)).toBeLessThan(error));
    expect(sigma.every((s) => s > 0)).toBe(true);
  });

  it('fits the same again from what it chose', async () => {
    const first = await make().fit({ rows, rng: createRng(1) });
    const again = await make().fit({ rows, rng: createRng(2), chosen: first.chosen });
    expect(await again.predict(asked)).toEqual(await first.predict(asked));
  });
});

describe('Gaussian process', () => {
  it('is the textbook\'s: two points and an unknown mean, worked out by hand', async () => {
    const fitted = await gaussianProcess.fit({ rows: [rowAt(0, 1), rowAt(1, 3)], rng: createRng(1), chosen: { length: 2, noise: 0.1 } });
    const k = (r: number): number => { const s = (Math.sqrt(5) * r) / 2; return (1 + s + (s * s) / 3) * Math.exp(-s); };
    const { mean, sigma } = await fitted.predict([rowAt(0.25)]);
    // By symmetry the mean is 2; y - mean = (-1, 1) is an eigenvector of K with value 1.1 - k(1), and (1, 1) one with 1.1 + k(1).
    const weight = 1 / (1.1 - k(1));
    const [a, b] = [k(0.25), k(0.75)];
    const signal = (2 * weight) / 2;
    const known = 2 / (1.1 + k(1));
    const explained = ((a + b) ** 2 / 2) / (1.1 + k(1)) + ((a - b) ** 2 / 2) / (1.1 - k(1));
    const doubt = (1 - (a + b) / (1.1 + k(1))) ** 2 / known;
    expect(mean[0]).toBeCloseTo(2 + weight * (b - a), 10);
    expect(sigma[0]).toBeCloseTo(Math.sqrt(signal * (1 - explained + doubt)), 10);
  });

  it('is surer near what it knows', async () => {
    const { sigma } = await (await gaussianProcess.fit({ rows: rows.slice(0, 12), rng: createRng(1) })).predict([rowAt(0.26), rowAt(0.9)]);
    expect(sigma[0]).toBeLessThan((sigma[1] as number) / 3);
  });

  it('refuses scores that are all alike', async () => {
    await expect(gaussianProcess.fit({ rows: rows.map((row) => ({ ...row, y: 1 })), rng: createRng(1) })).rejects.toThrow(/expected scores that differ/);
  });
});
