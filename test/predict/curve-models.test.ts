// POW4, MMF4 and LCE as predictors; their arithmetic has tests of its own in C++ (test/native/cpp/curves.cpp).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createRng, NativeError, UsageError } from '../../src/core/index.js';
import type { CurveMetric } from '../../src/data/index.js';
import { createPredictor, rSquared } from '../../src/predict/index.js';
import { LCE_SAMPLING, LcePredictor } from '../../src/predict/curves/lce.js';
import { LCNET_SAMPLING, LcnetPredictor } from '../../src/predict/curves/lcnet.js';
import { LeastSquaresPredictor } from '../../src/predict/curves/least-squares.js';
import { unitInterval } from '../../src/predict/curves/unit.js';
import { CURVE_FAMILIES } from '../../src/predict/native/curve-models.js';
import { curveValue, extrapolatePoints, fitLcnet, sampleLce } from '../../src/predict/native.js';
import { curvePredictorContract, trainingRows } from '../contracts/curve-predictor.js';

const asItIs = unitInterval(undefined);
const quick = { ...LCE_SAMPLING, samples: 200, burnIn: 100 };
const makeLcnet = (change: object = {}) => new LcnetPredictor({ features: ['AP', 'HP'], unit: asItIs, sampling: { steps: 100, burnIn: 100, runSteps: 50, ...change } });
const makeLce = () => new LcePredictor({ unit: asItIs, sampling: quick });

curvePredictorContract('pow4', () => new LeastSquaresPredictor({ kind: 'pow4', unit: asItIs, sigma: 'loo' }));
curvePredictorContract('mmf4', () => new LeastSquaresPredictor({ kind: 'mmf4', unit: asItIs, sigma: 'loo' }));
curvePredictorContract('lce', makeLce, { learnsFromRows: false });

curvePredictorContract('lcnet', () => makeLcnet());

/** Scores are -perplexity; 1 - perplexity / 1000 is the unit (the set's own choice). */
const perplexity: CurveMetric = { name: 'perplexity', direction: 'minimise', transform: 'none', unit: { scale: -1e-3, offset: 1 } };

describe('families by name', () => {
  it('go through the addon in its order', () => {
    expect(curveValue('pow3', [0.9, 0.5, 0.5], 4)).toBeCloseTo(0.65, 12); // .9 - .5 / 2
    expect(curveValue('ilog2', [0.9, 0.5], 4)).toBeCloseTo(0.9 - 0.5 / Math.log(5), 12);
    expect(curveValue('vapor-pressure', [-1, 0.5, 0.1], 4)).toBeCloseTo(Math.exp(-1 + 0.125 + 0.1 * Math.log(4)), 12);
    expect(CURVE_FAMILIES).toHaveLength(11);
  });

  it('refuse what they cannot take', async () => {
    expect(() => curveValue('pow3', [1], 4)).toThrow(NativeError);
    expect(() => extrapolatePoints('mmf', [[0.1, 0.2], [0.1]], 9)).toThrow(/all of 2 points/);
    await expect(sampleLce({ ...quick, curve: Float64Array.of(0.1, NaN), horizon: 9, seed: 1 })).rejects.toThrow(/curve\[1\]/);
    expect(() => new LcePredictor({ unit: asItIs, sampling: { ...quick, burnIn: 200 } })).toThrow(UsageError);
    await expect(makeLce().fit({ rows: [], horizon: 8, taus: [0], rng: createRng(1) })).rejects.toThrow(/tau 0/);
  });
});

describe('lce', () => {
  const curve = Float64Array.from({ length: 10 }, (_, i) => 0.8 - 0.6 * Math.exp(-(i + 1) / 3) + 0.004 * Math.sin(9 * i));

  it('samples the same at once and one after another, and another seed differs', async () => {
    const request = { ...quick, curve, horizon: 30, seed: 3 };
    const alone = await sampleLce(request);
    const together = await Promise.all([1, 3, 3].map((seed) => sampleLce({ ...request, seed })));
    expect(together[1]).toEqual(alone);
    expect(together[2]).toEqual(alone);
    expect(together[0]?.ends).not.toEqual(alone.ends);
    expect(alone.ends).toHaveLength(100 * 10);
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const asked = sampleLce({ ...quick, samples: 1e6, curve, horizon: 30, seed: 3 }, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(asked).rejects.toThrow('enough');
  });

  it('reads another metric through its unit interval: the same curve gives the same prediction', async () => {
    const scores = Array.from(curve, (unit) => -1000 * (1 - unit));
    const predict = async (predictor: LcePredictor, seen: readonly number[]) =>
      (await predictor.fit({ rows: [], horizon: 30, taus: [10], rng: createRng(1) })).predict({ curve: seen, ap: {}, hp: {} }, 10);
    const plain = await predict(makeLce(), [...curve]);
    const mapped = await predict(new LcePredictor({ unit: unitInterval(perplexity), sampling: quick }), scores);
    // 1 - (1000 (1 - u)) / 1000 differs from u by a rounding, which 200 samples of a chaotic walk carry to about a tenth of sigma.
    expect(Math.abs(mapped.mean / 1000 + 1 - plain.mean)).toBeLessThan(plain.sigma ?? 0);
    expect(mapped.below(-1000)).toBe(0);
    expect(mapped.quantiles?.every(([, score]) => score <= 0 && score >= -1000)).toBe(true);
  });

  it('has no opinion of a curve that no family can follow, so that nothing is stopped on it', async () => {
    const model = await new LcePredictor({ unit: asItIs, sampling: { ...quick, families: ['pow3', 'ilog2'] } }).fit({ rows: [], horizon: 20, taus: [5], rng: createRng(1) });
    const { mean, below } = await model.predict({ curve: [0.9, 0.6, 0.4, 0.3, 0.2], ap: {}, hp: {} }, 5);
    expect(mean).toBe(0.2);
    expect(below(0.9)).toBeCloseTo(0.9, 2);
  });
});

describe('least squares', () => {
  it('meets curves of its own family, and its spread is what it misses on the training rows', async () => {
    const ends = Array.from({ length: 12 }, (_, i) => 0.5 + 0.03 * i);
    const rows = ends.map((c, trial) => ({ trial, curve: Array.from({ length: 20 }, (_, i) => c - (2 * (i + 1) + 1) ** -0.5), ap: {}, hp: {} }));
    const model = await createPredictor('pow4', { features: ['TS'], scale: 'auto', sigma: 'loo', target: 'level', draws: 1, solver: {} as never })
      .fit({ rows, horizon: 20, taus: [8], rng: createRng(1) });
    const { mean, sigma } = await model.predict(rows[3] as (typeof rows)[number], 8);
    expect(mean).toBeCloseTo(rows[3]?.curve[19] ?? NaN, 2);
    expect(sigma).toBeLessThan(0.02);
    const noisy = rows.map((row) => ({ ...row, curve: row.curve.with(19, (row.curve[19] as number) + 0.1) }));
    const wide = await new LeastSquaresPredictor({ kind: 'pow4', unit: asItIs, sigma: 'loo' }).fit({ rows: noisy, horizon: 20, taus: [8], rng: createRng(1) });
    expect((await wide.predict(rows[3] as (typeof rows)[number], 8)).sigma).toBeCloseTo(0.1, 1);
  });

  it('leaves runs out that did not reach the horizon', async () => {
    const rows = trainingRows(6, 'few').map((row, i) => (i < 5 ? { ...row, curve: row.curve.slice(0, 5) } : row));
    const predictor = new LeastSquaresPredictor({ kind: 'mmf4', unit: asItIs, sigma: 'loo' });
    await expect(predictor.fit({ rows, horizon: 8, taus: [3], rng: createRng(1) })).rejects.toThrow(/expected at least 2 curves that reach epoch 8, got 1/);
  });
});

describe('lcnet', () => {
  it('learns from configurations and curves: closer than the last score seen, from a single point', async () => {
    const probes = trainingRows(20, 'probes');
    const model = await makeLcnet({ steps: 1500, burnIn: 500, runSteps: 150 }).fit({ rows: trainingRows(40, 'rows'), horizon: 8, taus: [1], rng: createRng(1) });
    const truth = probes.map(({ curve }) => curve[7] as number);
    const means = await Promise.all(probes.map(async (probe) => (await model.predict(probe, 1)).mean));
    expect(rSquared(truth, means)).toBeGreaterThan(0);
    expect(rSquared(truth, probes.map(({ curve }) => curve[0] as number))).toBeLessThan(0);
  });

  it('takes runs without columns, and runs that were stopped', async () => {
    const rows = trainingRows(8, 'bare').map((row, i) => ({ ...row, ap: {}, hp: {}, curve: i < 4 ? row.curve : row.curve.slice(0, 3) }));
    const model = await makeLcnet().fit({ rows, horizon: 8, taus: [2], rng: createRng(1) });
    expect(model.summary).toMatchObject({ runs: 8, points: 4 * 8 + 4 * 3 });
    expect(Number.isFinite((await model.predict(rows[0] as (typeof rows)[number], 2)).mean)).toBe(true);
  });

  it('stops when it is told to, and refuses what it cannot take', async () => {
    const runs = { columns: 1, x: Float64Array.of(0), curves: Float64Array.of(0.1, 0.2), lengths: Int32Array.of(2), horizon: 4 };
    const request = { runs, steps: 1e7, burnIn: 100, batch: 20, rate: 1e-3, decay: 0.05, seed: 1 };
    const abort = new AbortController();
    const asked = fitLcnet(request, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(asked).rejects.toThrow('enough');
    await expect(fitLcnet({ ...request, runs: { ...runs, lengths: Int32Array.of(3) } })).rejects.toThrow(NativeError);
    expect(() => makeLcnet({ burnIn: 0 })).toThrow(UsageError);
    expect(LCNET_SAMPLING).toMatchObject({ steps: 50_000, burnIn: 1_000 });
  });
});

const folder = process.env.FORETELL_DATA === undefined ? undefined : join(process.env.FORETELL_DATA, 'curves', 'ptb-lstm-lcp');
const known = folder !== undefined && existsSync(folder);

/** The published predictions (stale = 1: the row before's, by mistake) and the recorded curves. */
describe.skipIf(!known)('lce on recorded perplexities (needs FORETELL_DATA with curves/ptb-lstm-lcp)', () => {
  const table = (name: string) => gunzipSync(readFileSync(join(folder as string, name))).toString().trim().split(/\r?\n/).map((line) => line.split(','));

  it('foretells the best of 40 curves from 7 epochs as well as what was published for them', async () => {
    const published = new Map(table('ptb_lstm.domhan_predictions.csv.gz').slice(1).map((row) => [row[0], row]));
    const fresh = table('ptb_lstm.val_perplexity.csv.gz').slice(1).filter(([id]) => published.get(id)?.at(-1) === '0');
    const rows = createRng(1).fork('ptb').shuffle([...fresh]).slice(0, 40);
    const curves = rows.map(([, ...recorded]) => recorded.map((value) => 1 - Number(value) / 1000));
    const best = curves.map((curve) => Math.max(...curve));
    const ours = await Promise.all(curves.map((curve) => sampleLce({ ...LCE_SAMPLING, curve: Float64Array.from(curve.slice(0, 7)), horizon: 15, seed: 1 })));
    const theirs = rows.map(([id]) => Number(published.get(id)?.[3]));
    const score = rSquared(best, ours.map(({ mean }) => mean));
    expect(score).toBeGreaterThan(0.85);
    expect(score).toBeGreaterThan(rSquared(best, theirs));
  }, 120_000);
});
