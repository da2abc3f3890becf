import { describe, expect, it } from 'vitest';
import { createRng, UsageError } from '../../src/core/index.js';
import { divide, evaluate, type EvaluateOptions } from '../../src/experiments/index.js';
import { nativeSolver, SrmPredictor, type SrmKind } from '../../src/predict/index.js';
import { madeSet } from './made-set.js';

const srm = (kind: SrmKind) => new SrmPredictor({ kind, features: ['TS', 'AP', 'HP'], scale: 'raw', sigma: 'loo', draws: 20, solver: nativeSolver });
const options = (change: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  set: madeSet(60, 10, { noise: 0.01 }), predictor: srm('ols'), fraction: 0.5, train: 30, repeats: 3, most: Infinity, rng: createRng(1), confidence: 0.95, now: () => performance.now(), ...change,
});

describe('dividing a set', () => {
  it('keeps configurations on one side and gives exactly the training rows asked for', () => {
    const set = madeSet(60, 4, { perGroup: 4 });
    const { train, test } = divide(set, 30, createRng(3));
    expect(train).toHaveLength(30);
    const [trained, tested] = [new Set(train.map(({ group }) => group)), new Set(test.map(({ group }) => group))];
    expect([...trained].filter((group) => tested.has(group))).toEqual([]);
    expect(test).toHaveLength(28); // eight groups of four began, 32 rows
    expect(divide(set, 30, createRng(3))).toEqual({ train, test });
  });

  it('leaves out runs that broke off, and refuses sets that are too small', () => {
    const set = madeSet(20, 4);
    const broken = { ...set, rows: set.rows.map((row, i) => (i < 10 ? { ...row, curve: row.curve.slice(0, 2) } : row)) };
    const { train, test } = divide(broken, 5, createRng(1));
    expect([...train, ...test].every(({ curve }) => curve.length === 4)).toBe(true);
    expect(() => divide(broken, 9, createRng(1))).toThrow(/lower --train/);
    expect(() => divide(madeSet(5, 4), 100, createRng(1))).toThrow(UsageError);
  });
});

describe('evaluating', () => {
  it('finds a regression that knows the level nearly perfect and the last score worse', async () => {
    const [ols, last] = [await evaluate(options()), await evaluate(options({ predictor: srm('last') }))];
    expect(ols.tau).toBe(5);
    expect(ols.tested).toBe(30);
    expect(ols.r2_mean).toBeGreaterThan(0.98);
    expect(ols.r2_mean).toBeGreaterThan(last.r2_mean + 0.02);
    expect(ols.coverage95).toBeGreaterThan(0.8);
    expect(ols.coverage50).toBeLessThan(ols.coverage80);
    expect(ols.stop_rate).toBeGreaterThan(0.5);
    expect(ols.false_stop_rate).toBeLessThanOrEqual(0.05);
    expect([ols.fit_ms, ols.predict_us].every((time) => time > 0)).toBe(true);
  });

  it('gives the same figures for the same seed, and others for another', async () => {
    const figures = async (seed: number) => {
      const { r2_mean, r2_se, kendall, mae } = await evaluate(options({ rng: createRng(seed) }));
      return { r2_mean, r2_se, kendall, mae };
    };
    expect(await figures(1)).toEqual(await figures(1));
    expect((await figures(2)).r2_mean).not.toBe((await figures(1)).r2_mean);
  });

  it('sees no curve at fraction 0, reads at most so many test curves, and tests on another set', async () => {
    const blind = await evaluate(options({ fraction: 0, most: 7 }));
    expect([blind.tau, blind.tested]).toEqual([0, 7]);
    const other = await evaluate(options({ testOn: madeSet(12, 10, { seed: 9 }) }));
    expect(other.tested).toBe(12);
    expect(other.r2_mean).toBeGreaterThan(0.9);
    await expect(evaluate(options({ testOn: madeSet(12, 3) }))).rejects.toThrow(/more than 5 epochs/);
  });

  it('does not look past tau', async () => {
    const set = madeSet(60, 10, { noise: 0.01 });
    const figures = async (change: (curve: readonly number[]) => number[]) => {
      const rows = set.rows.map((row) => ({ ...row, curve: change(row.curve) }));
      return (await evaluate(options({ set: { ...set, rows } }))).r2_mean;
    };
    const whole = await figures((curve) => [...curve]);
    expect(await figures((curve) => curve.map((y, e) => (e > 4 && e < 9 ? 7 : y)))).toBe(whole);
    expect(await figures((curve) => curve.map((y, e) => (e === 4 ? -y : y)))).not.toBe(whole);
  });
});
