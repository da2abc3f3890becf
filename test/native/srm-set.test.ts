// A whole set in one job against the same thing done by hand: every fold and every left-out row refitted from nothing at a tight tolerance.

import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { fitSvr, predictRows, refitSrmSet, tuneSrmSet, type FeatureMatrix, type SvrDraw } from '../../src/predict/native.js';
import { curveSet, standardise, subset } from './curves.js';

const tolerance = 1e-9;
const { target, taus, folds } = curveSet(24, 6);
const rng = createRng('draws');
const draws: SvrDraw[] = Array.from({ length: 40 }, () => ({
  c: rng.logUniform(1e-3, 10),
  nu: rng.uniform(0.05, 1),
  gamma: rng.logUniform(1e-3, 1),
}));
const unit = standardise({ values: target, columns: 1 }).values;
const scale = Math.sqrt(target.reduce((s, v) => s + v * v, 0) / target.length - (target.reduce((s, v) => s + v, 0) / target.length) ** 2);

type Kernel = 'rbf' | 'linear';

/** Predictions of the rows that `keep` excludes, by a machine fitted on the others. */
function heldOut(z: FeatureMatrix, kernel: Kernel, draw: SvrDraw, keep: (row: number) => boolean): Float64Array {
  const fit = fitSvr({ features: subset(z, keep), target: unit.filter((_, i) => keep(i)), kernel, draw, tolerance });
  return predictRows(fit.model, subset(z, (row) => !keep(row)).values);
}

function rSquared(predictions: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((s, v) => s + v, 0) / truth.length;
  const errors = truth.reduce((s, v, i) => s + (v - (predictions[i] ?? NaN)) ** 2, 0);
  return 1 - errors / truth.reduce((s, v) => s + (v - mean) ** 2, 0);
}

function scoreByHand(z: FeatureMatrix, kernel: Kernel, draw: SvrDraw): number {
  const scores = [0, 1, 2].map((fold) => rSquared(heldOut(z, kernel, draw, (i) => folds[i] !== fold), unit.filter((_, i) => folds[i] === fold)));
  return scores.reduce((s, v) => s + v, 0) / 3;
}

describe('flags', () => {
  it('are scaled as if half of them were 1, other columns by their deviation, constants not at all', async () => {
    const rows = [[0, 1, 1, 0], [0, 3, 1, 1], [1, 3, 1, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 3, 1, 1], [0, 1, 1, 0], [0, 3, 1, 0]];
    const columns = { values: Float64Array.from(rows.flat()), columns: 4 };
    const { fits } = await refitSrmSet({ kind: 'ridge', target: Float64Array.from(rows, (_, i) => Math.sin(i)), taus: [columns], chosen: [{ lambda: 1 }] });
    expect([...(fits[0]?.model.inverseScale ?? [])]).toEqual([2, 1, 0, 2]);
    expect([...(fits[0]?.model.center ?? [])]).toEqual([0.125, 2, 1, 0.25]);
  });
});

describe.each(['rbf', 'linear'] as const)('nu-SVR, %s', (kernel) => {
  const kind = `svr-${kernel}` as const;

  it('chooses the draw that refits by hand choose, with the same score', async () => {
    const set = await tuneSrmSet({ kind, target, taus, draws, folds, tolerance });
    expect(set.fits).toHaveLength(taus.length);
    set.fits.forEach((fit, k) => {
      const z = standardise(taus[k] ?? { values: new Float64Array(), columns: 1 });
      const scores = draws.map((draw) => scoreByHand(z, kernel, draw));
      expect(fit.score).toBeCloseTo(Math.max(...scores), 5);
      expect(scores[fit.draw]).toBeCloseTo(Math.max(...scores), 5);
    });
  });

  it('leaves each row out as a refit from nothing does', async () => {
    const draw: SvrDraw = { c: 2, nu: 0.4, gamma: 0.05 };
    const set = await refitSrmSet({ kind, target, taus, chosen: taus.map(() => draw), tolerance });
    set.fits.forEach((fit, k) => {
      const z = standardise(taus[k] ?? { values: new Float64Array(), columns: 1 });
      fit.looResiduals.forEach((residual, i) => {
        const predicted = heldOut(z, kernel, draw, (row) => row !== i)[0] ?? NaN;
        expect(Math.abs(residual - scale * ((unit[i] ?? NaN) - predicted)), `tau ${String(k + 1)}, row ${String(i)}`).toBeLessThan(1e-6);
      });
    });
  });

  it('gives the same bits on any number of threads, and by a refit of what was chosen', async () => {
    const one = await tuneSrmSet({ kind, target, taus, draws, folds, threads: 1 });
    const many = await tuneSrmSet({ kind, target, taus, draws, folds, threads: 5 });
    expect(many.fits).toEqual(one.fits);
    expect(many.iterations).toBe(one.iterations);
    const again = await refitSrmSet({ kind, target, taus, chosen: one.fits.map((fit) => draws[fit.draw] ?? { c: 1, nu: 1 }) });
    again.fits.forEach((fit, k) => {
      expect(fit.model).toEqual(one.fits[k]?.model);
      expect(fit.looResiduals).toEqual(one.fits[k]?.looResiduals);
      expect(fit.draw).toBe(-1);
      expect(fit.score).toBeNaN();
    });
  });

  it('predicts in the units of the target', async () => {
    const set = await tuneSrmSet({ kind, target, taus, draws, folds });
    const last = set.fits.at(-1);
    const features = taus.at(-1);
    if (!last || !features) throw new Error('no fit');
    expect(rSquared(predictRows(last.model, features.values), target)).toBeGreaterThan(0.8);
  });
});

describe('a job', () => {
  const long = { kind: 'svr-linear', ...curveSet(60, 20), draws: draws.map((draw) => ({ ...draw, c: 10 })), threads: 2 } as const;

  it('stops when its signal aborts, with the reason', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await expect(tuneSrmSet(long, { signal: controller.signal })).rejects.toThrow('enough');
    await expect(tuneSrmSet(long, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('tells how far it is, never backwards, and ends at 1', async () => {
    const seen: number[] = [];
    await tuneSrmSet({ ...long, draws: long.draws.slice(0, 30) }, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(Math.max(...seen.slice(0, -1), 0)).toBeLessThanOrEqual(1);
  });
});
