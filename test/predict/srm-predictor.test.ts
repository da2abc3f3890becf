import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { type FittedPredictor, nativeSolver, parseFeatureParts, parseSrmKind, rSquared, SrmPredictor, type SrmKind, type SrmSolver, type SrmTarget } from '../../src/predict/index.js';
import { curvePredictorContract, trainingRows } from '../contracts/curve-predictor.js';
import { LineSolver } from './line-solver.js';

function predictor(kind: SrmKind, solver: SrmSolver = new LineSolver(), target: SrmTarget = 'auto'): SrmPredictor {
  return new SrmPredictor({ kind, solver, features: parseFeatureParts('TS+AP+HP'), scale: 'auto', sigma: 'loo', target, draws: 5 });
}

function bound(fitted: FittedPredictor) {
  const predict = fitted.predict.bind(fitted);
  return { chosen: fitted.chosen, predict, mean: async (...args: Parameters<typeof predict>) => (await predict(...args)).mean };
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
    const { chosen } = await predictor('svr-rbf', solver, 'level').fit(request);
    expect(solver.tunes).toBe(1);
    await predictor('svr-rbf', solver, 'level').fit({ ...request, chosen });
    await predictor('ols', solver).fit(request);
    expect([solver.tunes, solver.refits]).toEqual([1, 2]);
  });

  it('shrinks to the last score where that left out less, and keeps the form with the choice', async () => {
    const shy = new LineSolver(1e6); // predicts its target's mean, whatever the row
    // A first score that says nothing: the mean of the finals leaves out less than any rise from there.
    const noisy = rows.map((row, i) => ({ ...row, curve: [(7 * i % 24) / 6, ...row.curve.slice(1)] }));
    const about = { ...request, rows: noisy };
    const { chosen, predict } = bound(await predictor('ridge', shy).fit(about));
    expect((chosen as { form: string }[]).map(({ form }) => form)).toEqual(['level', 'gain', 'gain']);
    const again = bound(await predictor('ridge', shy).fit({ ...about, chosen: JSON.parse(JSON.stringify(chosen)) as typeof chosen }));
    const probe = trainingRows(1, 'probe')[0] as (typeof rows)[0];
    const rise = rows.reduce((sum, { curve }) => sum + (curve[7] as number) - (curve[6] as number), 0) / rows.length;
    expect((await predict(probe, 7)).mean).toBeCloseTo((probe.curve[6] as number) + rise, 5);
    for (const tau of request.taus) expect(await again.mean(probe, tau)).toBe((await predict(probe, tau)).mean);
    expect(again.chosen).toEqual(chosen);
  });

  it('asks for no gain where the curve is not among the features', async () => {
    const options = { kind: 'ridge', solver: new LineSolver(), features: parseFeatureParts('AP+HP'), scale: 'auto', sigma: 'loo', draws: 3 } as const;
    const { chosen } = await new SrmPredictor(options).fit(request);
    expect((chosen as { form: string }[]).every(({ form }) => form === 'level')).toBe(true);
    expect(() => new SrmPredictor({ ...options, target: 'gain' })).toThrow(/expected TS among the features/);
  });

  it('regresses ranks where asked to, and predicts scores', async () => {
    // One run in six fails far below: the others' order is what a rank keeps.
    const failing = rows.map((row, i) => ({ ...row, curve: row.curve.map((y) => (i % 6 === 0 ? y - 50 : y)) }));
    const about = { ...request, rows: failing, taus: [7] };
    const rank = await predictor('ridge', new LineSolver(), 'rank').fit(about);
    expect(rank.chosen).toMatchObject([{ form: 'rank' }]);
    const again = await predictor('ridge', new LineSolver(), 'rank').fit({ ...about, chosen: rank.chosen });
    const scores: number[] = [];
    for (const { curve, ...row } of [...failing].sort((a, b) => (a.curve[6] as number) - (b.curve[6] as number))) {
      const { mean, sigma = NaN, below } = await rank.predict({ ...row, curve }, 7);
      expect((await again.predict({ ...row, curve }, 7)).mean).toBe(mean);
      expect(sigma).toBeGreaterThan(0);
      expect(below(mean)).toBeCloseTo(0.5, 6);
      scores.push(mean);
    }
    expect(Math.min(...scores)).toBeGreaterThan(-60);
    expect(Math.max(...scores)).toBeLessThan(2);
  });

  it('has a form before the first score too, where there is none to gain on', async () => {
    const { chosen, mean } = bound(await predictor('ridge').fit({ ...request, taus: [0, 3] }));
    expect((chosen as { form: string }[])[0]?.form).toBe('level');
    expect(Number.isFinite(await mean(rows[0] as (typeof rows)[0], 0))).toBe(true);
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

  it('takes a run that has not moved at its last score, unless it was trained on such runs', async () => {
    const flat = { curve: [0, 0, 0, 0, 0, 0, 0], ap: rows[0]?.ap ?? {}, hp: rows[0]?.hp ?? {} };
    const fitted = await predictor('ridge').fit({ ...request, taus: [4, 7] });
    expect((await fitted.predict(flat, 7)).mean).toBe(0);
    expect((await fitted.predict(flat, 4)).mean).not.toBe(0); // four points are too few to say
    const moving = { ...flat, curve: [0, 0, 0, 0, 0, 0, 1e-9] };
    expect((await fitted.predict(moving, 7)).mean).not.toBe(1e-9);
    const dead = Array.from({ length: 4 }, (_, i) => ({ ...flat, trial: 100 + i, curve: [...flat.curve, 0.3] }));
    expect((await (await predictor('ridge').fit({ ...request, rows: [...rows, ...dead], taus: [7] })).predict(flat, 7)).mean).not.toBe(0);
  });

  it('reports the rank of its features where the kind finds it out', async () => {
    const options = { features: parseFeatureParts('TS'), scale: 'auto', sigma: 'loo', draws: 3, solver: nativeSolver } as const;
    // Scores, first and second differences of three epochs are 3 + 2 + 1 columns of rank 3.
    expect((await new SrmPredictor({ kind: 'ols', ...options }).fit({ ...request, taus: [1, 3] })).summary['rank']).toEqual([{ of: 1, is: 1 }, { of: 6, is: 3 }]);
    expect((await new SrmPredictor({ kind: 'krr', ...options }).fit(request)).summary).not.toHaveProperty('rank');
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
