import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { parseFeatureParts, parseSrmKind, rSquared, SrmPredictor, type SrmKind, type SrmSolver } from '../../src/predict/index.js';
import { curvePredictorContract, trainingRows } from '../contracts/curve-predictor.js';
import { LineSolver } from './line-solver.js';

function predictor(kind: SrmKind, solver: SrmSolver = new LineSolver()): SrmPredictor {
  return new SrmPredictor({ kind, solver, features: parseFeatureParts('TS+AP+HP'), scale: 'auto', sigma: 'loo', draws: 5 });
}

curvePredictorContract('SrmPredictor svr-rbf (line solver)', () => predictor('svr-rbf'));
curvePredictorContract('SrmPredictor last', () => predictor('last'));

describe('SrmPredictor', () => {
  const rows = trainingRows(24, 'train');
  const request = { rows, horizon: 8, taus: [1, 3, 7], rng: createRng(1) };

  it('predicts known curves from half of them', async () => {
    const fitted = await predictor('ols').fit(request);
    const probes = trainingRows(40, 'probe');
    const means = await Promise.all(probes.map(async (probe) => (await fitted.predict(probe, 3)).mean));
    expect(rSquared(probes.map((p) => p.curve[7] as number), means)).toBeGreaterThan(0.9);
  });

  it('tunes only where no choice is handed in, and only kinds that have something to tune', async () => {
    const solver = new LineSolver();
    const { chosen } = await predictor('svr-rbf', solver).fit(request);
    expect(solver.tunes).toBe(1);
    await predictor('svr-rbf', solver).fit({ ...request, chosen });
    await predictor('ols', solver).fit(request);
    expect([solver.tunes, solver.refits]).toEqual([1, 2]);
  });

  it('leaves out curves that end before the horizon', async () => {
    const fitted = await predictor('ols').fit({ ...request, rows: [...rows, ...trainingRows(3, 'short', 7)] });
    const alone = await predictor('ols').fit(request);
    const probe = trainingRows(1, 'probe')[0] as (typeof rows)[0];
    expect((await fitted.predict(probe, 3)).mean).toBe((await alone.predict(probe, 3)).mean);
  });

  it('last: the last score, its errors the rise that was missed', async () => {
    const curve = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    const same = Array.from({ length: 6 }, (_, trial) => ({ trial, curve, ap: {}, hp: {} }));
    const fitted = await predictor('last').fit({ ...request, rows: same });
    const { mean, sigma } = await fitted.predict({ curve: [0.3, 0.35, 0.45], ap: {}, hp: {} }, 3);
    expect(mean).toBe(0.45);
    expect(sigma).toBeCloseTo(0.5, 12);
  });

  it('throws rather than give a model without a finite sigma', async () => {
    const broken = rows.map((row, i) => (i === 2 ? { ...row, curve: [NaN, ...row.curve.slice(1)] } : row));
    await expect(predictor('ols').fit({ ...request, rows: broken })).rejects.toThrow(/finite left-out errors/);
  });

  it('knows its kinds', () => {
    expect(parseSrmKind('svr')).toBe('svr-rbf');
    expect(() => parseSrmKind('forest?')).toThrow(/expected one of svr-rbf/);
  });
});
