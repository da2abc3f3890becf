// Kernel ridge against the bordered system solved by hand, and leave-one-out against refits from nothing.
import { describe, expect, it } from 'vitest';
import { predictRows, refitSrmSet, tuneSrmSet, type FeatureMatrix } from '../../src/predict/native.js';
import { curveSet, standardise, subset } from './curves.js';
import { solve } from './equations.js';

const { target, taus, folds } = curveSet(20, 4);
const row = ({ values, columns }: FeatureMatrix, i: number): Float64Array => values.subarray(i * columns, (i + 1) * columns);
const rbf = (a: Float64Array, b: Float64Array, gamma: number): number => Math.exp(-gamma * a.reduce((s, v, k) => s + (v - (b[k] ?? NaN)) ** 2, 0));

/** [K + lambda I, 1; 1', 0] [a; b] = [y; 0]. */
function predictByHand(z: FeatureMatrix, y: Float64Array, { gamma, lambda }: { gamma: number; lambda: number }, probe: Float64Array): number {
  const matrix = Array.from(y, (_, i) => [...Array.from(y, (__, j) => rbf(row(z, i), row(z, j), gamma) + (i === j ? lambda : 0)), 1]);
  const unknown = solve([...matrix, [...Array.from(y, () => 1), 0]], [...y, 0]);
  return y.reduce((s, _, i) => s + (unknown[i] ?? NaN) * rbf(row(z, i), probe, gamma), unknown.at(-1) ?? NaN);
}

describe.each([{ gamma: 0.3, lambda: 0.01 }, { gamma: 0.02, lambda: 1e-4 }, { gamma: 2, lambda: 5 }])('kernel ridge, gamma $gamma, lambda $lambda', (draw) => {
  it('predicts as the bordered system does, and leaves rows out as a refit does', async () => {
    const { fits } = await refitSrmSet({ kind: 'krr', target, taus, chosen: taus.map(() => draw) });
    fits.forEach((fit, k) => {
      const x = taus[k] as FeatureMatrix;
      const z = standardise(x);
      predictRows(fit.model, x.values).forEach((p, i) => expect(p).toBeCloseTo(predictByHand(z, target, draw, row(z, i)), 8));
      fit.looResiduals.forEach((residual, out) => {
        const keep = (i: number): boolean => i !== out;
        expect(residual).toBeCloseTo((target[out] ?? NaN) - predictByHand(subset(z, keep), target.filter((_, i) => keep(i)), draw, row(z, out)), 7);
      });
    });
  });
});

describe('a whole set', () => {
  const draws = [0.01, 0.1, 1].flatMap((gamma) => [1e-4, 1e-2, 1].map((lambda) => ({ gamma, lambda })));
  const squares = (errors: Float64Array): number => errors.reduce((s, e) => s + e * e, 0);

  it('takes the draw with the least leave-one-out error, and gives the same bits again, on any number of threads', async () => {
    const set = await tuneSrmSet({ kind: 'krr', target, taus, draws, folds, threads: 1 });
    const each = await Promise.all(draws.map((draw) => refitSrmSet({ kind: 'krr', target, taus, chosen: taus.map(() => draw) })));
    set.fits.forEach((fit, k) => {
      const errors = each.map(({ fits }) => squares(fits[k]?.looResiduals ?? new Float64Array([NaN])));
      expect(fit.draw).toBe(errors.indexOf(Math.min(...errors)));
      expect(fit.model).toEqual(each[fit.draw]?.fits[k]?.model);
      expect(fit.looResiduals).toEqual(each[fit.draw]?.fits[k]?.looResiduals);
    });
    expect((await tuneSrmSet({ kind: 'krr', target, taus, draws, folds, threads: 5 })).fits).toEqual(set.fits);
  });

  it('survives one to three rows, equal rows and equal targets', async () => {
    for (const rows of [1, 2, 3]) {
      const features = { values: new Float64Array(2 * rows).fill(3), columns: 2 };
      const { fits } = await refitSrmSet({ kind: 'krr', target: Float64Array.from({ length: rows }, (_, i) => i), taus: [features], chosen: [{ gamma: 1, lambda: 1 }] });
      expect(predictRows(fits[0]?.model as never, Float64Array.of(3, 3))[0]).toBeCloseTo((rows - 1) / 2, 10);
      fits[0]?.looResiduals.forEach((e) => expect(Number.isFinite(e)).toBe(true));
    }
  });

  it('refuses penalties that rounding would swallow', async () => {
    await expect(refitSrmSet({ kind: 'krr', target, taus, chosen: taus.map(() => ({ gamma: 1, lambda: 1e-12 })) })).rejects.toThrow(/draws\[0\]\.lambda: expected at least 1e-8/);
  });
});
