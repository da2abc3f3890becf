// Forests and boosted trees: growth against exhaustive search, left-out errors against refits, and the promises of a set.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { predictRows, refitSrmSet, tuneSrmSet, type FeatureMatrix, type NativeModel, type SrmFit, type TreesModel } from '../../src/predict/native.js';
import { curveSet } from './curves.js';
import { boostByHand } from './tree-oracle.js';

const { target, taus, folds } = curveSet(26, 4);
const [mean, deviation] = [target.reduce((s, v) => s + v, 0) / target.length, Math.sqrt(target.reduce((s, v) => s + v * v, 0) / target.length - (target.reduce((s, v) => s + v, 0) / target.length) ** 2)];
const rowsOf = ({ values, columns }: FeatureMatrix): number[][] => Array.from({ length: values.length / columns }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);

async function fit(kind: 'rf' | 'gbt', draw: object, features: FeatureMatrix, y: Float64Array): Promise<SrmFit & { model: TreesModel }> {
  const { fits } = await refitSrmSet({ kind, target: y, taus: [features], chosen: [draw as never] });
  return fits[0] as SrmFit & { model: TreesModel };
}

/** The documented walk, in plain f32. */
function walkAll({ feature, left, split, roots }: TreesModel, row: readonly number[]): number[] {
  return [...roots].map((root) => {
    let node = root;
    while ((feature[node] ?? NaN) >= 0) node = (left[node] ?? NaN) + (Math.fround(row[feature[node] ?? NaN] ?? NaN) <= (split[node] ?? NaN) ? 0 : 1);
    return split[node] ?? NaN;
  });
}

describe('boosting', () => {
  const settings = { trees: 7, depth: 3, shrinkage: 0.5, subsample: 1, seed: 1 };

  it.each([0, 1, 2])('of tau %i grows the trees that exhaustive search grows', async (k) => {
    const features = taus[k] as FeatureMatrix;
    const x = rowsOf(features);
    const unit = [...target].map((v) => (v - mean) / deviation);
    const { model } = await fit('gbt', settings, features, target);
    const predicted = predictRows(model, features.values);
    // Leaves are f32: half an ulp of a residual below 4, 2^-23, a tree.
    x.forEach((row, i) => expect(Math.abs((predicted[i] ?? NaN) - mean - deviation * boostByHand(x, unit, [...x.keys()], settings, row))).toBeLessThan(7 * 2 ** -23));
  });

  it('leaves out as refits without the rows do', async () => {
    const few = { values: (taus[1] as FeatureMatrix).values.slice(0, 9 * (taus[1] as FeatureMatrix).columns), columns: (taus[1] as FeatureMatrix).columns };
    const y = target.slice(0, 9);
    const x = rowsOf(few);
    const { looResiduals } = await fit('gbt', settings, few, y); // nine rows: ten folds are nine
    looResiduals.forEach((e, out) => {
      const by = (y[out] ?? NaN) - boostByHand(x, [...y], [...x.keys()].filter((i) => i !== out), settings, x[out] ?? []);
      expect(Math.abs(e - by)).toBeLessThan(1e-6);
    });
  });
});

describe('a forest', () => {
  it('grown to the end on all features holds its own samples; out-of-bag errors come from the trees that lack a row', async () => {
    const features = taus[2] as FeatureMatrix;
    const { model, looResiduals } = await fit('rf', { trees: 60, fraction: 0.4, seed: 5 }, features, target);
    expect(model.roots).toHaveLength(60);
    let inBag = 0;
    rowsOf(features).forEach((row, i) => {
      const own = ((target[i] ?? NaN) - mean) / deviation;
      const others = walkAll(model, row).filter((leaf) => Math.abs(leaf - own) > 1e-5);
      inBag += 60 - others.length;
      const outOfBag = others.reduce((s, v) => s + v, 0) / others.length;
      expect(looResiduals[i]).toBeCloseTo(deviation * (own - outOfBag), 6);
    });
    // A bootstrap sample of 26 holds a row with chance 1 - (25/26)^26 = .639; 1560 trials, three standard errors .036.
    expect(Math.abs(inBag / (26 * 60) - 0.639)).toBeLessThan(0.037);
  });

  it('predicts what the documented walk adds up to, bit for bit', async () => {
    const features = taus[2] as FeatureMatrix;
    for (const { model } of [await fit('rf', { trees: 30, fraction: 0.3, seed: 2 }, features, target), await fit('gbt', { trees: 30, depth: 2, shrinkage: 0.1, subsample: 0.5, seed: 2 }, features, target)]) {
      const predicted = predictRows(model, features.values);
      rowsOf(features).forEach((row, i) => {
        expect(predicted[i]).toBe(model.targetCenter + model.targetScale * (model.bias + model.weight * walkAll(model, row).reduce((s, v) => s + v, 0)));
      });
    }
  });

  it('splits between neighbouring floats, and on columns that are infinite in f32', async () => {
    const near = [1, 1 + 2 ** -23, 1, 1 + 2 ** -23, 1e300, 1e300].flatMap((v) => [v, 0]);
    const y = Float64Array.of(0, 1, 0, 1, 5, 5);
    const { model } = await fit('gbt', { trees: 1, depth: 3, shrinkage: 1, subsample: 1, seed: 0 }, { values: Float64Array.from(near), columns: 2 }, y);
    predictRows(model, Float64Array.from(near)).forEach((p, i) => expect(p).toBeCloseTo(y[i] ?? NaN, 6));
  });
});

describe.each(['rf', 'gbt'] as const)('a whole set of %s', (kind) => {
  const rng = createRng('draws');
  const shapes = [0, 1, 2].map(() => (kind === 'rf' ? { fraction: rng.uniform(0.1, 0.6) } : { depth: 1 + rng.int(4), shrinkage: rng.uniform(0.05, 0.3), subsample: rng.uniform(0.4, 1) }));
  const draws = shapes.flatMap((shape) => [12, 3, 30].map((trees) => ({ ...shape, trees, seed: 77 }))) as never[];

  it('gives the same bits on any number of threads, and by a refit of what was chosen', async () => {
    const one = await tuneSrmSet({ kind, target, taus, draws, folds, threads: 1 });
    expect((await tuneSrmSet({ kind, target, taus, draws, folds, threads: 5 })).fits).toEqual(one.fits);
    const again = await refitSrmSet({ kind, target, taus, chosen: one.fits.map((each) => draws[each.draw] as never) });
    again.fits.forEach((each, k) => {
      expect(each.model).toEqual(one.fits[k]?.model);
      expect(each.looResiduals).toEqual(one.fits[k]?.looResiduals);
    });
  });

  it('chooses the draw whose models, refitted on the folds, have the largest mean R^2', async () => {
    const set = await tuneSrmSet({ kind, target, taus: taus.slice(0, 1), draws, folds });
    const features = taus[0] as FeatureMatrix;
    const x = rowsOf(features);
    const scores = await Promise.all(draws.map(async (draw) => {
      const each = await Promise.all([0, 1, 2].map(async (fold) => {
        const [inside, outside] = [(i: number) => folds[i] !== fold, (i: number) => folds[i] === fold].map((is) => [...x.keys()].filter(is)) as [number[], number[]];
        // The set standardises the target once for all folds, so refits get it that way.
        const unit = target.map((v) => (v - mean) / deviation);
        const { model } = await fit(kind, draw, { values: Float64Array.from(inside.flatMap((i) => x[i] ?? [])), columns: features.columns }, unit.filter((_, i) => folds[i] !== fold));
        const truth = outside.map((i) => unit[i] ?? NaN);
        const predicted = predictRows(model as NativeModel, Float64Array.from(outside.flatMap((i) => x[i] ?? [])));
        const centre = truth.reduce((s, v) => s + v, 0) / truth.length;
        return 1 - truth.reduce((s, v, i) => s + (v - (predicted[i] ?? NaN)) ** 2, 0) / truth.reduce((s, v) => s + (v - centre) ** 2, 0);
      }));
      return each.reduce((s, v) => s + v, 0) / 3;
    }));
    expect(set.fits[0]?.score).toBeCloseTo(Math.max(...scores), 5);
    expect(scores[set.fits[0]?.draw ?? -1]).toBeCloseTo(Math.max(...scores), 5);
  });

  it('survives one to three rows and stops when told', async () => {
    for (const rows of [1, 2, 3]) {
      const y = Float64Array.from({ length: rows }, (_, i) => i);
      const { fits } = await refitSrmSet({ kind, target: y, taus: [{ values: Float64Array.from({ length: 2 * rows }, (_, i) => i), columns: 2 }], chosen: [draws[0] as never] });
      fits[0]?.looResiduals.forEach((e) => expect(Number.isFinite(e)).toBe(true));
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 20);
    const long = draws.map((draw) => ({ ...(draw as object), trees: 100_000 })) as never[];
    await expect(tuneSrmSet({ kind, target, taus, draws: long, folds }, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('refused', () => {
  it.each([
    ['rf', { trees: 0, fraction: 0.5, seed: 1 }, /trees: expected an integer from 1/],
    ['rf', { trees: 10, fraction: 1.5, seed: 1 }, /fraction: expected a share/],
    ['gbt', { trees: 10, depth: 0, shrinkage: 0.1, subsample: 1, seed: 1 }, /depth/],
    ['gbt', { trees: 10, depth: 2, shrinkage: 0.1, subsample: 1, seed: -1 }, /seed/],
  ] as const)('%s %o', async (kind, draw, message) => {
    await expect(fit(kind, draw, taus[0] as FeatureMatrix, target)).rejects.toThrow(message);
  });

  it('trees whose walks would leave the arrays or never end', async () => {
    const { model } = await fit('rf', { trees: 3, fraction: 1, seed: 1 }, taus[0] as FeatureMatrix, target);
    const row = (taus[0] as FeatureMatrix).values.slice(0, model.columns);
    const broken: Partial<TreesModel>[] = [{ roots: Int32Array.of(model.feature.length) }, { left: new Int32Array(model.left.length) }, { feature: model.feature.map((j) => (j < 0 ? j : model.columns)) }, { split: new Float32Array(1) }];
    for (const change of broken) expect(() => predictRows({ ...model, ...change }, row)).toThrow(/model/);
  });
});
