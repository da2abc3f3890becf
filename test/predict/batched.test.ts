// Bulk prediction on the GPU beside the addon's: equal within f32's rounding of standardised rows and model, of sums, and exp's accuracy.
// Trees branch on f32 on both sides, so only the sum over trees is rounded.
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/index.js';
import { classOf, crossing } from '../../src/predict/batched/crossover.js';
import { BatchedPredictor, type BulkModel, fitLinear, fitSvr, type PerceptronModel, predictRows, tuneSrmSet } from '../../src/predict/index.js';
import { expectWithin, testRng, useDevice } from '../ops/fixture.js';
import { type Bounded, forestOracle, layerOracle, rbfOracle } from '../ops/oracle/inference.js';

const gpu = useDevice();
const COLUMNS = 9;
const UNIT = 2 ** -24;

function drawn(name: string, rows: number): { values: Float64Array; columns: number } {
  const rng = testRng(name);
  return { values: Float64Array.from({ length: rows * COLUMNS }, (_, at) => 10 * (at % COLUMNS) + (1 + (at % 3)) * rng.normal()), columns: COLUMNS };
}

const features = drawn('batched training', 120);
const target = Float64Array.from({ length: 120 }, (_, n) => 50 + Math.sin(features.values[n * COLUMNS] ?? 0) + 3 * (features.values[n * COLUMNS + 1] ?? 0));
const rows = drawn('batched rows', 150).values;

async function forest(kind: 'rf' | 'gbt'): Promise<BulkModel> {
  const draw = kind === 'rf' ? { trees: 50, fraction: 0.5, seed: 1 } : { trees: 50, depth: 3, shrinkage: 0.1, subsample: 1, seed: 1 };
  const { fits } = await tuneSrmSet({ kind, target, taus: [features], draws: [draw], folds: Int32Array.from(target, (_, i) => i % 3), threads: 1 });
  const [fit] = fits;
  if (!fit) throw new Error('expected a fit');
  return fit.model;
}

function perceptron(): PerceptronModel {
  const rng = testRng('batched perceptron');
  const layer = (inputs: number, outputs: number, activation: 'tanh' | 'relu' | 'none'): PerceptronModel['layers'][number] => ({
    weights: Float64Array.from({ length: inputs * outputs }, () => rng.normal() / Math.sqrt(inputs)), bias: Float64Array.from({ length: outputs }, () => rng.normal()), activation,
  });
  const center = Float64Array.from({ length: COLUMNS }, (_, c) => 10 * c);
  return { form: 'perceptron', columns: COLUMNS, center, inverseScale: new Float64Array(COLUMNS).fill(0.5), targetCenter: 2, targetScale: 3, layers: [layer(COLUMNS, 12, 'tanh'), layer(12, 7, 'relu'), layer(7, 1, 'none')] };
}

const MODELS: readonly (readonly [name: string, model: () => BulkModel | Promise<BulkModel>])[] = [
  ['linear', () => fitLinear(features, target, 0.1).model],
  ['rbf', () => fitSvr({ features, target, kernel: 'rbf', draw: { c: 1, nu: 0.5, gamma: 1 / COLUMNS }, standardise: true }).model],
  ['random forest', () => forest('rf')],
  ['boosted trees', () => forest('gbt')],
  ['perceptron', perceptron],
];

/** The standardised row; each coordinate is rounded once on its way to the device, and the weight that it meets once too. */
function standardised({ center, inverseScale }: BulkModel, n: number): Bounded[] {
  return Array.from({ length: COLUMNS }, (_, c) => {
    const value = ((rows[n * COLUMNS + c] ?? NaN) - (center[c] ?? NaN)) * (inverseScale[c] ?? NaN);
    return { value, error: 2 * UNIT * Math.abs(value) };
  });
}

function oracle(model: BulkModel, n: number): Bounded {
  const row = standardised(model, n);
  switch (model.form) {
    case 'linear':
      return layerOracle(model.weights, model.bias, row, 'none');
    case 'rbf':
      return rbfOracle(model, row.map(({ value }) => value), (c, s) => UNIT * (Math.abs(row[c]?.value ?? NaN) + Math.abs(model.support[s * COLUMNS + c] ?? NaN)));
    case 'trees':
      return forestOracle(model, row.map(({ value }) => Math.fround(value)));
    case 'perceptron':
      return model.layers.reduce<Bounded[]>(
        (inputs, { weights, bias, activation }) =>
          Array.from(bias, (b, o) => layerOracle(weights.subarray(o * inputs.length, (o + 1) * inputs.length), b, inputs.map(({ value, error }) => ({ value, error: error + UNIT * Math.abs(value) })), activation)),
        row,
      )[0] as Bounded;
  }
}

describe.each(MODELS)('batched prediction by %s', (_name, make) => {
  it('gives on the GPU what the CPU gives, within the bound', async () => {
    const model = await make();
    const predictor = new BatchedPredictor(gpu.context(), model);
    const [got, want] = [await predictor.predict(rows, { on: 'gpu' }), await predictor.predict(rows, { on: 'cpu' })];
    predictor.release();
    // 2^-50: the two f64 computations.
    expectWithin('predictions', [want.length], got, want, (n) => {
      const { value, error } = oracle(model, n);
      return model.targetScale * (error + 2 ** -50 * Math.abs(value)) + 2 ** -50 * Math.abs(want[n] ?? 0);
    });
    expect(new Set(want).size).toBeGreaterThan(10);
  });
});

describe('batched prediction', () => {
  it('takes more rows than a tile holds, and one', async () => {
    const { model } = fitLinear(features, target, 0.1);
    const predictor = new BatchedPredictor(gpu.context(), model);
    const many = Float64Array.from({ length: 65541 * COLUMNS }, (_, at) => rows[at % rows.length] ?? NaN);
    const got = await predictor.predict(many, { on: 'gpu' });
    const want = predictRows(model, rows);
    const wrong = got.findIndex((value, n) => Math.abs(value - (want[n % 150] ?? NaN)) > 1e-3);
    expect([got.length, wrong]).toEqual([65541, -1]);
    expect((await predictor.predict(rows.subarray(0, COLUMNS), { on: 'gpu' }))[0]).toBe(got[0]);
    expect(await predictor.predict(new Float64Array(0))).toHaveLength(0);
    predictor.release();
  });

  it('takes concurrent calls in turns', async () => {
    const predictor = new BatchedPredictor(gpu.context(), perceptron());
    const halves = [rows.subarray(0, 70 * COLUMNS), rows.subarray(70 * COLUMNS, 140 * COLUMNS)];
    const together = await Promise.all(halves.map((half) => predictor.predict(half, { on: 'gpu' })));
    for (const [i, half] of halves.entries()) expect(together[i]).toEqual(await predictor.predict(half, { on: 'gpu' }));
    predictor.release();
  });

  it('measures its crossover once and takes the faster path', async () => {
    let [ticks, asked] = [0, 0];
    const seconds = (): number => {
      asked++;
      return ++ticks;
    };
    const predictor = new BatchedPredictor(gpu.context(), fitLinear(features, target, 0.1).model);
    // Every run seems to take a second: 64 rows on the GPU as much as 4,096, and the CPU 1 / 4,096 s a row.
    expect(await predictor.crossover(seconds)).toBe(4096);
    const before = asked;
    expect(await predictor.predict(rows, { seconds })).toEqual(await predictor.predict(rows, { on: 'cpu' }));
    expect(asked).toBe(before);
    predictor.release();
  });

  it('crosses where the lines do, or never', () => {
    expect(crossing({ cpu: 2e-6, few: 1e-3 + 64e-6, many: 1e-3 + 4096e-6 })).toBeCloseTo(1000, -1);
    expect(crossing({ cpu: 1e-7, few: 1e-3 + 64e-6, many: 1e-3 + 4096e-6 })).toBe(Infinity);
    expect(classOf(perceptron())).toMatch(/^perceptron 2\^\d+$/);
  });

  it('refuses half a row', async () => {
    const predictor = new BatchedPredictor(gpu.context(), perceptron());
    await expect(predictor.predict(new Float64Array(COLUMNS + 1))).rejects.toThrow(UsageError);
    predictor.release();
  });
});
