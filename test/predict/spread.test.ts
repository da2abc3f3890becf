// Distributions of left-out errors: conformal ranks by hand and by simulation, hetero against a known sigma.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { nativeSolver, quantile } from '../../src/predict/index.js';
import { conformalSpread } from '../../src/predict/spread/conformal.js';
import { heteroSpread } from '../../src/predict/spread/hetero.js';

const none = new Float64Array(0);

describe('conformal', () => {
  const { below, quantiles = [] } = conformalSpread([3, -1, 0, 2, 10, -4, 1, 0.5, -2]).of(none); // nine errors: ranks in tenths

  it('gives rank / (n + 1) up to the largest error', () => {
    expect([-5, -4, -1.5, 0.5, 2.9, 9.99].map(below)).toEqual([0, 0.1, 0.2, 0.5, 0.7, 0.8]);
    expect(below(10)).toBeCloseTo(0.9, 12);
  });

  it('goes on with the mean excess of the sqrt(n) largest', () => {
    const tail = (10 + 3 + 2) / 3 - 1;
    expect(below(10 + tail)).toBeCloseTo(1 - Math.exp(-1) / 10, 12);
    expect(below(1e6)).toBe(1);
    const [, top] = quantiles.at(-1) ?? [];
    expect(below(top ?? NaN)).toBeCloseTo(0.975, 12);
  });

  it('rounds quantiles outwards', () => {
    const at = (p: number): number | undefined => quantiles.find(([q]) => q === p)?.[1];
    expect([at(0.1), at(0.25), at(0.5), at(0.75), at(0.9)]).toEqual([-4, -2, 0.5, 3, 10]);
    const values = quantiles.map(([, e]) => e);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it('keeps its promise on any law: a stop at .9 is wrong at most once in ten', () => {
    const rng = createRng('conformal');
    const draw = (): number => (rng.next() < 0.1 ? -20 * rng.next() : Math.exp(rng.normal())); // skewed, with a heavy lower tail
    let [wrong, inside] = [0, 0];
    const rounds = 4000;
    for (let i = 0; i < rounds; i++) {
      const spread = conformalSpread(Array.from({ length: 30 }, draw)).of(none);
      const [low, high] = [spread.quantiles?.find(([p]) => p === 0.1)?.[1] ?? NaN, spread.quantiles?.find(([p]) => p === 0.9)?.[1] ?? NaN];
      const e = draw();
      if (e > high) wrong++;
      if (e >= low && e <= high) inside++;
    }
    // Exactly 3/31 and 25/31 in expectation; four standard errors of 4000 trials are .019 and .025.
    expect(Math.abs(wrong / rounds - 3 / 31)).toBeLessThan(0.019);
    expect(Math.abs(inside / rounds - 25 / 31)).toBeLessThan(0.025);
  });

  it('of equal errors is a step, of one error and of NaN no lie', () => {
    const flat = conformalSpread([0, 0, 0, 0]).of(none);
    expect([flat.below(-1), flat.below(0), flat.below(1)]).toEqual([0, 0.8, 1]);
    expect(conformalSpread([2]).of(none).below(1)).toBe(0);
    expect(flat.below(NaN)).toBeNaN();
  });
});

describe('hetero', () => {
  const rng = createRng('hetero');
  const x = Array.from({ length: 200 }, () => [rng.uniform(-1, 1), rng.normal()]);
  const errors = x.map(([a = 0]) => 0.1 * Math.exp(1.5 * a) * rng.normal());
  const features = { values: Float64Array.from(x.flat()), columns: 2 };

  it('finds a sigma that depends on the row', async () => {
    const model = await heteroSpread(errors, features, nativeSolver);
    for (const a of [-0.8, 0, 0.8]) {
      // log |error| has standard deviation 1.1 about its mean: 200 rows know the line at +-.8 to about .15, so 1.5 is beyond three of it.
      const ratio = model.of(Float64Array.of(a, 0)).sigma / (0.1 * Math.exp(1.5 * a));
      expect(ratio).toBeGreaterThan(1 / 1.5);
      expect(ratio).toBeLessThan(1.5);
    }
  });

  it('stays within what it saw, however far the row', async () => {
    const model = await heteroSpread(errors, features, nativeSolver);
    expect(model.of(Float64Array.of(1e6, 0)).sigma).toBeLessThan(0.1 * Math.exp(1.5) * 2);
    expect(model.of(Float64Array.of(-1e6, 0)).sigma).toBeGreaterThan(0);
  });

  it('is the root mean square where rows say nothing', async () => {
    const blind = errors.map(() => 0.1 * rng.normal());
    const rms = Math.sqrt(blind.reduce((s, e) => s + e * e, 0) / blind.length);
    const model = await heteroSpread(blind, features, nativeSolver);
    expect(quantile(x.map((row) => model.of(Float64Array.from(row)).sigma / rms), 0.5)).toBeCloseTo(1, 1);
  });

  it('of errors that are mostly 0 is constant', async () => {
    const model = await heteroSpread([0, 0, 0, 3], { values: Float64Array.of(1, 2, 3, 4), columns: 1 }, nativeSolver);
    expect(model.sigma).toBe(1.5);
  });
});
