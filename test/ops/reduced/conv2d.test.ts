// Convolutions of reduced precision: exact on small whole numbers, within the headers' bound elsewhere. Variants that the adapter
// does not fit are skipped here; the null backend compiles them.
import { describe, expect, it } from 'vitest';
import { type Conv2dAttributes, conv2dFamily, conv2dForward, type Conv2dShape, conv2dShape } from '../../../src/ops/conv2d/conv2d.js';
import { candidatesOf } from '../../../src/ops/contracts.js';
import type { Choice } from '../../../src/tune/index.js';
import { expectExact, expectWithin, integers, testRng, useDevice } from '../fixture.js';
import { forwardOracle } from '../oracle/conv2d.js';
import { reducedBound } from '../oracle/reduced.js';

const gpu = useDevice();
const reduced = conv2dFamily.variants.filter((variant) => variant.reduced).map(({ name }) => name);

interface Case extends Conv2dAttributes {
  readonly images: readonly number[];
  readonly filters: readonly number[];
}

/** All with bias and ReLU, so that they share pipelines. */
const CASES: readonly Case[] = [
  { images: [1, 1, 1, 1], filters: [1, 1, 1, 1] },
  { images: [2, 5, 9, 11], filters: [70, 5, 3, 3], padding: [1, 1] },
  { images: [2, 4, 13, 6], filters: [130, 4, 5, 2], padding: [3, 0], stride: [3, 1] },
  { images: [1, 3, 14, 9], filters: [4, 3, 3, 2], padding: [1, 2], dilation: [3, 2], stride: [2, 1] },
  { images: [2, 32, 9, 10], filters: [48, 16, 3, 3], padding: [1, 1], groups: 2 },
];

type Fill = (count: number) => Float32Array<ArrayBuffer>;

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function choicesOf({ images, filters, ...attributes }: Case, direction: 'forward' | 'grad_input' | 'grad_weight' = 'forward'): Choice[] {
  const shape = conv2dShape(images, filters, attributes, { bias: true, relu: true });
  return candidatesOf(conv2dFamily, direction, shape, gpu.device.facts).filter(({ variant }) => reduced.includes(variant));
}

interface Inputs {
  readonly shape: Conv2dShape;
  readonly x: Float32Array<ArrayBuffer>;
  readonly w: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

function inputsOf({ images, filters, ...attributes }: Case, fill: Fill): Inputs {
  const shape = conv2dShape(images, filters, attributes);
  return { shape, x: fill(size(images)), w: fill(size(filters)), bias: fill(shape.K) };
}

async function compute(choice: Choice, { images, filters, ...attributes }: Case, { shape, x, w, bias }: Inputs): Promise<Float32Array> {
  const y = gpu.tensor([shape.N, shape.K, shape.P, shape.Q]);
  const tensors = { x: gpu.tensor(images, x), w: gpu.tensor(filters, w), bias: gpu.tensor([shape.K], bias), y };
  await gpu.run(await conv2dForward({ ...gpu.context(choice), allowReduced: true }, tensors, { ...attributes, relu: true }));
  return gpu.read(y);
}

/** Sum of |x| + |w| over each output's terms: the same convolution with one operand all ones. */
function operandsOf({ shape, x, w }: Inputs): Float64Array {
  const ones = (values: Float32Array): Float32Array => new Float32Array(values.length).fill(1);
  const of = (left: Float32Array, right: Float32Array): Float64Array => forwardOracle(shape, { x: left, w: right, bias: null, relu: false }).magnitudes;
  const [ofX, ofW] = [of(x, ones(w)), of(ones(x), w)];
  return ofX.map((value, i) => value + (ofW[i] ?? NaN));
}

describe('conv2d of reduced precision', () => {
  it.each(CASES)('indexes $images by $filters exactly', async (test) => {
    const rng = testRng('conv2d reduced');
    const inputs = inputsOf(test, (count) => integers(rng, count));
    const { values } = forwardOracle(inputs.shape, { ...inputs, relu: true });
    for (const choice of choicesOf(test)) {
      const { N, K, P, Q } = inputs.shape;
      expectExact(`conv2d ${JSON.stringify(choice)}`, [N, K, P, Q], await compute(choice, test, inputs), values);
    }
  });

  it.each(CASES)('rounds $images by $filters within the bound', async (test) => {
    const rng = testRng('conv2d reduced');
    const inputs = inputsOf(test, (count) => Float32Array.from({ length: count }, () => rng.normal()));
    const { values, magnitudes, terms } = forwardOracle(inputs.shape, { ...inputs, relu: true });
    const operands = operandsOf(inputs);
    for (const choice of choicesOf(test)) {
      const bound = (i: number): number => reducedBound({ value: NaN, magnitude: magnitudes[i] ?? NaN, operands: operands[i] ?? NaN, terms }, choice.spec['CHAIN'] ?? 0);
      const { N, K, P, Q } = inputs.shape;
      expectWithin(`conv2d ${JSON.stringify(choice)}`, [N, K, P, Q], await compute(choice, test, inputs), values, bound);
    }
  });

  it('is for the forward pass alone', () => {
    const test = CASES[1] as Case;
    expect(choicesOf(test).length > 0).toBe(gpu.device.facts.features.includes('shader-f16'));
    expect([...choicesOf(test, 'grad_input'), ...choicesOf(test, 'grad_weight')]).toEqual([]);
  });
});
