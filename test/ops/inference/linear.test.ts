// Layers of predictors on many rows: bit equality on integers, the rounding bound on gaussians, chains of layers, tanh and ReLU.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/index.js';
import { type Activation, linearForward, packLayer, type PackedLayer } from '../../../src/ops/inference/linear.js';
import { expectExact, expectWithin, gaussians, integers, testRng, useDevice } from '../fixture.js';
import { type Bounded, layerOracle } from '../oracle/inference.js';

const gpu = useDevice();

interface Case {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

const CASES: readonly Case[] = (['none', 'relu', 'tanh'] as const).flatMap((activation) => [
  { rows: 4, inputs: 1, outputs: 1, activation },
  { rows: 300, inputs: 60, outputs: 1, activation },
  { rows: 12, inputs: 7, outputs: 8, activation },
  { rows: 260, inputs: 31, outputs: 19, activation },
]);

async function layer(test: Case, w: Float32Array, bias: Float32Array, x: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  const packed = packLayer(gpu.device, w, bias, test.activation);
  const y = gpu.tensor([test.outputs, test.rows]);
  await gpu.run(await linearForward(gpu.context('plain'), packed, { x: gpu.tensor([test.inputs, test.rows], x), y }));
  release(packed);
  return gpu.read(y);
}

function release({ w, bias }: PackedLayer): void {
  w.release();
  bias.release();
}

function oracle({ rows, inputs, outputs, activation }: Case, w: Float32Array, bias: Float32Array, x: readonly Bounded[]): Bounded[] {
  return Array.from({ length: outputs * rows }, (_, at) => {
    const [o, n] = [Math.floor(at / rows), at % rows];
    const row = Array.from({ length: inputs }, (_value, i) => x[i * rows + n] as Bounded);
    return layerOracle(w.subarray(o * inputs, (o + 1) * inputs), bias[o] ?? NaN, row, activation);
  });
}

const exact = (values: Float32Array): Bounded[] => Array.from(values, (value) => ({ value, error: 0 }));
const draw = ({ rows, inputs, outputs }: Case, fill: typeof integers, name: string): [Float32Array, Float32Array, Float32Array<ArrayBuffer>] => {
  const rng = testRng(name);
  return [fill(rng, outputs * inputs), fill(rng, outputs), fill(rng, inputs * rows)];
};

describe('inference linear', () => {
  it.each(CASES.filter(({ activation }) => activation !== 'tanh'))('indexes $inputs by $outputs, $activation, on $rows rows exactly', async (test) => {
    const [w, bias, x] = draw(test, integers, 'linear integers');
    expectExact('linear', [test.outputs, test.rows], await layer(test, w, bias, x), oracle(test, w, bias, exact(x)).map(({ value }) => value));
  });

  it.each(CASES)('rounds $inputs by $outputs, $activation, on $rows rows within the bound', async (test) => {
    const [w, bias, x] = draw(test, gaussians, 'linear gaussians');
    const want = oracle(test, w, bias, exact(x));
    expectWithin('linear', [test.outputs, test.rows], await layer(test, w, bias, x), want.map(({ value }) => value), (i) => want[i]?.error ?? 0);
  });

  it('chains layers as a perceptron', async () => {
    const [rows, widths] = [64, [9, 20, 5, 1]];
    const rng = testRng('perceptron');
    let want: Bounded[] = exact(Float32Array.from({ length: 9 * rows }, () => rng.normal()));
    let x = gpu.tensor([9, rows], want.map(({ value }) => value));
    for (const [i, outputs] of widths.slice(1).entries()) {
      const inputs = widths[i] ?? 0;
      const test: Case = { rows, inputs, outputs, activation: outputs === 1 ? 'none' : 'tanh' };
      const [w, bias] = [Float32Array.from({ length: inputs * outputs }, () => rng.normal() / Math.sqrt(inputs)), Float32Array.from({ length: outputs }, () => rng.normal())];
      want = oracle(test, w, bias, want);
      const packed = packLayer(gpu.device, w, bias, test.activation);
      const y = gpu.tensor([outputs, rows]);
      await gpu.run(await linearForward(gpu.context(), packed, { x, y }));
      release(packed);
      x = y;
    }
    expectWithin('perceptron', [1, rows], await gpu.read(x), want.map(({ value }) => value), (i) => want[i]?.error ?? 0);
  });

  it('refuses rows that are no multiple of 4, and weights that are no matrix', async () => {
    const packed = packLayer(gpu.device, [1, 2, 3], [0]);
    await expect(linearForward(gpu.context(), packed, { x: gpu.tensor([3, 6]), y: gpu.tensor([1, 6]) })).rejects.toThrow(ShapeError);
    release(packed);
    expect(() => packLayer(gpu.device, [1, 2, 3], [0, 0])).toThrow(/weights for each of 2 outputs, got 3/);
  });
});
