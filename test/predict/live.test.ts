// Live curves by the models of their own taus, in one dispatch a kind, beside the addon's answer: within f32's rounding of standardised rows and
// models, of sums, and exp's accuracy, as test/predict/batched.test.ts derives it.
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/index.js';
import { fitLinear, fitSvr, type LiveModel, LivePredictor, type LiveRow, predictRows } from '../../src/predict/index.js';
import { expectWithin, testRng, useDevice } from '../ops/fixture.js';
import { type Bounded, layerOracle, rbfOracle } from '../ops/oracle/inference.js';

const gpu = useDevice();
const UNIT = 2 ** -24;
const RUNS = 90;

/** As many as an SRM has: the curve, its differences, four columns of the configuration. */
function columnsOf(tau: number): number {
  return 3 * tau + 4;
}

function drawn(name: string, tau: number, rows: number): { values: Float64Array; columns: number } {
  const rng = testRng(`${name} ${tau}`);
  const columns = columnsOf(tau);
  return { columns, values: Float64Array.from({ length: rows * columns }, (_, at) => 5 * (at % columns) + (1 + (at % 3)) * rng.normal()) };
}

function fitted(tau: number, form: LiveModel['form']): LiveModel {
  const features = drawn('live training', tau, RUNS);
  const target = Float64Array.from({ length: RUNS }, (_, n) => 50 + Math.sin(features.values[n * features.columns] ?? 0) + 3 * (features.values[n * features.columns + 1] ?? 0));
  if (form === 'linear') return fitLinear(features, target, 0.1).model;
  return fitSvr({ features, target, kernel: 'rbf', draw: { c: 1, nu: 0.5, gamma: 1 / features.columns }, standardise: true }).model as LiveModel;
}

/** Lines at odd taus, RBF machines at even ones, or all of one form. */
function modelsOf(form: LiveModel['form'] | 'mixed'): Map<number, LiveModel> {
  return new Map([1, 2, 3, 6, 7, 24].map((tau) => [tau, fitted(tau, form === 'mixed' ? (tau % 2 === 1 ? 'linear' : 'rbf') : form)]));
}

function liveRows(taus: readonly number[], count: number): LiveRow[] {
  return Array.from({ length: count }, (_, n) => {
    const tau = taus[(n * 7) % taus.length] ?? 1;
    return { tau, row: drawn(`live row ${n}`, tau, 1).values };
  });
}

function oracle(model: LiveModel, row: Float64Array): Bounded {
  const inputs = Array.from(row, (raw, c): Bounded => {
    const value = (raw - (model.center[c] ?? NaN)) * (model.inverseScale[c] ?? NaN);
    return { value, error: 2 * UNIT * Math.abs(value) };
  });
  if (model.form === 'linear') return layerOracle(model.weights, model.bias, inputs, 'none');
  const { support, columns } = model;
  return rbfOracle(model, inputs.map(({ value }) => value), (c, s) => UNIT * (Math.abs(inputs[c]?.value ?? NaN) + Math.abs(support[s * columns + c] ?? NaN)));
}

describe.each(['linear', 'rbf', 'mixed'] as const)('live curves by %s models', (form) => {
  it.each([1, 75])('are predicted as by the addon, %i at once', async (count) => {
    const models = modelsOf(form);
    const rows = liveRows([...models.keys()], count);
    const predictor = new LivePredictor(gpu.context(), models);
    const got = await predictor.predict(rows);
    predictor.release();
    const model = (n: number): LiveModel => models.get(rows[n]?.tau ?? 0) as LiveModel;
    const want = rows.map(({ row }, n) => predictRows(model(n), row)[0] ?? NaN);
    expectWithin('live curves', [count], got, want, (n) => {
      const { value, error } = oracle(model(n), rows[n]?.row ?? new Float64Array(0));
      return model(n).targetScale * (error + 2 ** -50 * Math.abs(value)) + 2 ** -50 * Math.abs(want[n] ?? 0);
    });
    expect(new Set(want).size).toBe(count);
  });
});

describe('live curves', () => {
  it('take one dispatch a kind, whatever their taus', async () => {
    const models = modelsOf('mixed');
    const labels: string[] = [];
    const { device } = gpu.context();
    const counting = Object.create(device, { program: { value: (label: string, dispatches: readonly { label: string }[]) => {
      labels.push(...dispatches.map((each) => each.label));
      return device.program(label, dispatches as never);
    } } }) as typeof device;
    const predictor = new LivePredictor({ ...gpu.context(), device: counting }, models);
    await predictor.predict(liveRows([...models.keys()], 40));
    predictor.release();
    expect(labels).toHaveLength(2);
  });

  it('may be none', async () => {
    const predictor = new LivePredictor(gpu.context(), modelsOf('linear'));
    expect(await predictor.predict([])).toHaveLength(0);
    predictor.release();
  });

  it('are refused at a tau without a model and with half a row', async () => {
    const predictor = new LivePredictor(gpu.context(), modelsOf('linear'));
    await expect(predictor.predict([{ tau: 4, row: new Float64Array(16) }])).rejects.toThrow(UsageError);
    await expect(predictor.predict([{ tau: 2, row: new Float64Array(9) }])).rejects.toThrow(/10 columns/);
    predictor.release();
  });
});
