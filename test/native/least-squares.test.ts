// Least squares and ridge against the normal equations, and leave-one-out against refits, full rank and deficient.

import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { fitLinear, predictRows, refitSrmSet, tuneSrmSet, type FeatureMatrix } from '../../src/predict/native.js';
import { curveSet, standardise, subset } from './curves.js';
import { solve } from './equations.js';

const rng = createRng('least squares');

function gaussianMatrix(rows: number, columns: number): FeatureMatrix {
  return { values: Float64Array.from({ length: rows * columns }, () => rng.normal()), columns };
}

function targetOf({ values, columns }: FeatureMatrix): Float64Array {
  return Float64Array.from({ length: values.length / columns }, (_, i) => 3 + 2 * (values[i * columns] ?? 0) + 0.3 * rng.normal());
}

/** Fitted by the normal equations on z (already scaled), penalty lambda on all but the intercept; predicts one row. */
function predictByHand(z: FeatureMatrix, y: Float64Array, lambda: number, probe: Float64Array): number {
  const rows = Array.from(y, (_, i) => [1, ...z.values.subarray(i * z.columns, (i + 1) * z.columns)]);
  const gram = Array.from({ length: z.columns + 1 }, (_, a) =>
    Array.from({ length: z.columns + 1 }, (_, b) => rows.reduce((s, r) => s + (r[a] ?? 0) * (r[b] ?? 0), a === b && a > 0 ? lambda : 0)),
  );
  const right = gram.map((_, a) => rows.reduce((s, r, i) => s + (r[a] ?? 0) * (y[i] ?? 0), 0));
  return solve(gram, right).reduce((s, w, a) => s + w * (a === 0 ? 1 : (probe[a - 1] ?? 0)), 0);
}

describe.each([0, 0.5, 50])('lambda = %f', (lambda) => {
  const x = gaussianMatrix(30, 6);
  const y = targetOf(x);
  const z = standardise(x);
  const fit = fitLinear(x, y, lambda);

  it('predicts as the normal equations do', () => {
    const predictions = predictRows(fit.model, x.values);
    y.forEach((_, i) => expect(predictions[i]).toBeCloseTo(predictByHand(z, y, lambda, z.values.subarray(i * 6, i * 6 + 6)), 9));
    expect(fit.rank).toBe(6);
  });

  it('leaves each row out as a refit on the same scale does', () => {
    fit.looResiduals.forEach((residual, i) => {
      const keep = (row: number): boolean => row !== i;
      const predicted = predictByHand(subset(z, keep), y.filter((_, row) => keep(row)), lambda, z.values.subarray(i * 6, i * 6 + 6));
      expect(residual).toBeCloseTo((y[i] ?? NaN) - predicted, 8);
    });
  });
});

describe('deficient rank', () => {
  it('is found and reported where columns repeat, sum up or are constant', () => {
    const x = gaussianMatrix(20, 3);
    const values = Array.from({ length: 20 }, (_, i) => {
      const [a = 0, b = 0, c = 0] = x.values.subarray(i * 3, i * 3 + 3);
      return [a, b, c, a, a + b, 5];
    });
    const fit = fitLinear({ values: Float64Array.from(values.flat()), columns: 6 }, targetOf(x));
    expect(fit.rank).toBe(3);
    expect(Math.abs((fit.model.weights[0] ?? NaN) - (fit.model.weights[3] ?? NaN))).toBeLessThan(1e-9);
    expect(fit.model.weights[5]).toBe(0);
  });

  it('interpolates with fewer rows than columns, and leaves out as the shortest interpolant of the others does', () => {
    const x = gaussianMatrix(8, 20);
    const y = targetOf(x);
    const z = standardise(x);
    const row = (i: number): Float64Array => z.values.subarray(i * 20, i * 20 + 20);
    const inner = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, k) => s + v * (b[k] ?? 0), 0);
    const fit = fitLinear(x, y);
    expect(fit.rank).toBe(7);
    predictRows(fit.model, x.values).forEach((p, i) => expect(p).toBeCloseTo(y[i] ?? NaN, 9));
    y.forEach((value, out) => {
      const others = [...y.keys()].filter((i) => i !== out);
      const bordered = [...others.map((i) => [...others.map((j) => inner(row(i), row(j))), 1]), [...others.map(() => 1), 0]];
      const weights = solve(bordered, [...others.map((i) => y[i] ?? NaN), 0]);
      const predicted = others.reduce((s, i, k) => s + (weights[k] ?? NaN) * inner(row(i), row(out)), weights.at(-1) ?? NaN);
      expect(fit.looResiduals[out]).toBeCloseTo(value - predicted, 8);
    });
  });

  it('survives one row, one column and a constant target', () => {
    expect(fitLinear({ values: Float64Array.of(4), columns: 1 }, Float64Array.of(2)).model.bias).toBe(0);
    expect(predictRows(fitLinear({ values: Float64Array.of(4), columns: 1 }, Float64Array.of(2)).model, Float64Array.of(9))[0]).toBe(2);
    const flat = fitLinear(gaussianMatrix(10, 2), new Float64Array(10).fill(7));
    expect(predictRows(flat.model, Float64Array.of(1, 1))[0]).toBeCloseTo(7, 12);
  });
});

describe('a whole set', () => {
  const { target, taus, folds } = curveSet(30, 8);

  it('of OLS equals single fits', async () => {
    const set = await tuneSrmSet({ kind: 'ols', target, taus, draws: [], folds });
    set.fits.forEach((fit, k) => {
      const single = fitLinear(taus[k] ?? gaussianMatrix(1, 1), target);
      expect(fit.model).toEqual(single.model);
      expect(fit.looResiduals).toEqual(single.looResiduals);
      expect(fit.draw).toBe(-1);
    });
  });

  it('of ridge takes the penalty with the least leave-one-out error', async () => {
    const draws = [1e-6, 1e-2, 1, 10, 1e3].map((lambda) => ({ lambda }));
    const set = await tuneSrmSet({ kind: 'ridge', target, taus, draws, folds });
    set.fits.forEach((fit, k) => {
      const errors = draws.map(({ lambda }) => fitLinear(taus[k] ?? gaussianMatrix(1, 1), target, lambda).looResiduals.reduce((s, e) => s + e * e, 0));
      expect(fit.draw).toBe(errors.indexOf(Math.min(...errors)));
    });
    const again = await refitSrmSet({ kind: 'ridge', target, taus, chosen: set.fits.map((fit) => draws[fit.draw] ?? { lambda: 0 }) });
    again.fits.forEach((fit, k) => expect(fit.model).toEqual(set.fits[k]?.model));
  });
});
