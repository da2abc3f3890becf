// Convolution in every variant and setting that fits: bit equality on integers, the rounding bound on gaussians, gradients.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { conv2dFamily, conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dShape } from '../../src/ops/conv2d/conv2d.js';
import { candidatesOf, type Direction } from '../../src/ops/contracts.js';
import type { Choice } from '../../src/tune/index.js';
import { forwardOracle, gradInputOracle, gradWeightOracle } from './oracle/conv2d.js';
import { expectExact, expectSum, gaussians, integers, type Sum, testRng, useDevice } from './fixture.js';

const gpu = useDevice();
/** Those of reduced precision have a bound of their own: reduced/conv2d.test.ts. */
const variants = conv2dFamily.variants.filter(({ reduced }) => !reduced).map(({ name }) => name);

interface Case {
  readonly images: readonly number[];
  readonly filters: readonly number[];
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly groups?: number;
  readonly bias?: boolean;
  readonly relu?: boolean;
}

const CASES: readonly Case[] = [
  { images: [1, 1, 1, 1], filters: [1, 1, 1, 1] },
  { images: [2, 3, 7, 5], filters: [4, 3, 3, 3], padding: [1, 1], bias: true },
  { images: [3, 1, 28, 28], filters: [16, 1, 5, 5], padding: [2, 2], bias: true, relu: true },
  { images: [2, 16, 14, 14], filters: [32, 16, 5, 5], padding: [2, 2], bias: true, relu: true },
  { images: [1, 5, 9, 11], filters: [7, 5, 1, 3], padding: [0, 1], stride: [1, 2] },
  { images: [2, 4, 13, 6], filters: [3, 4, 5, 2], padding: [3, 0], stride: [3, 1], relu: true },
  { images: [5, 9, 8, 8], filters: [17, 9, 1, 1], bias: true },
  { images: [2, 2, 6, 19], filters: [33, 2, 7, 7], padding: [3, 3], stride: [2, 2] },
  { images: [7, 12, 3, 3], filters: [20, 12, 3, 3], padding: [1, 1] },
  { images: [2, 3, 4, 40], filters: [5, 3, 4, 11], padding: [2, 5] },
  { images: [2, 5, 11, 13], filters: [18, 5, 3, 3], padding: [2, 3], dilation: [2, 3], bias: true, relu: true },
  { images: [1, 3, 14, 9], filters: [4, 3, 3, 2], padding: [1, 2], dilation: [3, 2], stride: [2, 1] },
  { images: [2, 6, 7, 9], filters: [9, 2, 3, 3], padding: [1, 1], groups: 3, bias: true, relu: true },
  { images: [2, 32, 9, 10], filters: [48, 16, 3, 3], padding: [1, 1], groups: 2, bias: true },
  { images: [1, 8, 10, 7], filters: [12, 4, 5, 3], padding: [4, 1], stride: [2, 2], dilation: [2, 1], groups: 2 },
  { images: [2, 5, 9, 7], filters: [5, 1, 3, 3], padding: [1, 1], groups: 5, bias: true, relu: true },
  { images: [3, 4, 13, 11], filters: [8, 1, 5, 3], padding: [1, 0], stride: [2, 2], groups: 4 },
  { images: [2, 3, 20, 18], filters: [3, 1, 7, 5], padding: [3, 4], stride: [1, 2], dilation: [1, 2], groups: 3 },
  { images: [1, 6, 8, 9], filters: [6, 1, 3, 3], padding: [2, 2], dilation: [2, 2], groups: 6, bias: true },
  { images: [2, 3, 9, 8], filters: [6, 1, 7, 7], padding: [2, 3], stride: [2, 2], groups: 3, bias: true },
  { images: [2, 3, 5, 6], filters: [3, 1, 1, 1], stride: [2, 3], groups: 3 },
  { images: [1, 4, 11, 6], filters: [4, 1, 3, 1], padding: [2, 0], stride: [2, 1], groups: 4, relu: true },
  { images: [2, 1, 9, 45], filters: [3, 1, 5, 5], padding: [2, 2] },
  { images: [3, 3, 6, 32], filters: [6, 3, 3, 3], padding: [0, 1] },
  { images: [1, 2, 10, 39], filters: [5, 2, 7, 7], padding: [6, 3] },
  { images: [2, 4, 5, 67], filters: [3, 4, 3, 3], padding: [2, 1] },
  { images: [2, 6, 7, 14], filters: [9, 2, 5, 5], padding: [2, 2], groups: 3 },
  { images: [5, 4, 7, 3], filters: [4, 1, 3, 3], padding: [1, 1], groups: 4 },
  { images: [2, 5, 7, 21], filters: [19, 5, 3, 3], padding: [1, 0] },
  { images: [3, 3, 6, 9], filters: [21, 3, 5, 5], padding: [1, 3] },
  { images: [2, 6, 5, 9], filters: [51, 2, 3, 3], padding: [1, 1], groups: 3 },
];

type Fill = typeof integers;

async function forward(variant: string | Choice, fill: Fill, test: Case): Promise<{ got: Float32Array; want: Sum; shape: readonly number[] }> {
  const { images, filters, bias: biased = false, relu = false, ...attributes } = test;
  const shape = conv2dShape(images, filters, attributes);
  const rng = testRng('conv2d forward');
  const [x, w, bias] = [fill(rng, size(images)), fill(rng, size(filters)), biased ? fill(rng, shape.K) : null];
  const y = gpu.tensor([shape.N, shape.K, shape.P, shape.Q]);
  const tensors = { x: gpu.tensor(images, x), w: gpu.tensor(filters, w), ...(bias ? { bias: gpu.tensor([shape.K], bias) } : {}), y };
  await gpu.run(await conv2dForward(gpu.context(variant), tensors, { ...attributes, relu }));
  return { got: await gpu.read(y), want: forwardOracle(shape, { x, w, bias, relu }), shape: y.shape };
}

async function gradInput(variant: string | Choice, fill: Fill, { images, filters, ...attributes }: Case): Promise<{ got: Float32Array; want: Sum; shape: readonly number[] }> {
  const shape = conv2dShape(images, filters, attributes);
  const outputs = [shape.N, shape.K, shape.P, shape.Q];
  const rng = testRng('conv2d grad_input');
  const [dy, w] = [fill(rng, size(outputs)), fill(rng, size(filters))];
  const dx = gpu.tensor(images);
  await gpu.run(await conv2dGradInput(gpu.context(variant), { dy: gpu.tensor(outputs, dy), w: gpu.tensor(filters, w), dx }, attributes));
  return { got: await gpu.read(dx), want: gradInputOracle(shape, dy, w), shape: images };
}

async function gradWeight(variant: string | Choice, fill: Fill, { images, filters, ...attributes }: Case): Promise<{ got: Float32Array; want: Sum; shape: readonly number[] }> {
  const shape = conv2dShape(images, filters, attributes);
  const outputs = [shape.N, shape.K, shape.P, shape.Q];
  const rng = testRng('conv2d grad_weight');
  const [x, dy] = [fill(rng, size(images)), fill(rng, size(outputs))];
  const dw = gpu.tensor(filters);
  await gpu.run(await conv2dGradWeight(gpu.context(variant), { x: gpu.tensor(images, x), dy: gpu.tensor(outputs, dy), dw }, attributes));
  return { got: await gpu.read(dw), want: gradWeightOracle(shape, x, dy), shape: filters };
}

function fits(variant: string, direction: Direction, { images, filters, ...attributes }: Case): boolean {
  const shape = conv2dShape(images, filters, attributes);
  return conv2dFamily.variants.some(({ name, fits: fit }) => name === variant && fit(direction, shape, gpu.device.facts));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

describe.each(variants)('conv2d %s', (variant) => {
  describe.each([
    ['forward', forward],
    ['grad_input', gradInput],
    ['grad_weight', gradWeight],
  ] as const)('%s', (direction, compute) => {
    it.for(CASES)('indexes $images by $filters exactly', async (test, { skip }) => {
      if (!fits(variant, direction, test)) skip();
      const { got, want, shape } = await compute(variant, integers, test);
      expectExact(`conv2d ${variant} ${direction}`, shape, got, want.values);
    });

    it.for(CASES)('rounds $images by $filters within the bound', async (test, { skip }) => {
      if (!fits(variant, direction, test)) skip();
      const { got, want, shape } = await compute(variant, gaussians, test);
      expectSum(`conv2d ${variant} ${direction}`, shape, got, want);
    });
  });

  it('gives the same weight gradient bit for bit, run after run', async ({ skip }) => {
    const test = CASES[3] as Case;
    if (!fits(variant, 'grad_weight', test)) skip();
    const first = await gradWeight(variant, gaussians, test);
    const second = await gradWeight(variant, gaussians, test);
    expect(second.got).toEqual(first.got);
  });
});

/** A wide one, and weight gradients whose last blocks of channels, filters and rows are not full. */
const SETTINGS = [3, 13, 28, 29, 30].map((i) => CASES[i] as Case);

describe('conv2d settings', () => {
  describe.each([
    ['forward', forward],
    ['grad_input', gradInput],
    ['grad_weight', gradWeight],
  ] as const)('of %s', (direction, compute) => {
    it.each(SETTINGS)('compute $images by $filters in all of them', async (test) => {
      const shape = conv2dShape(test.images, test.filters, test, { bias: test.bias ?? false, relu: test.relu ?? false });
      const choices = candidatesOf(conv2dFamily, direction, shape, gpu.device.facts);
      expect(choices.length).toBeGreaterThan(variants.length);
      for (const choice of choices) {
        const { got, want, shape: extents } = await compute(choice, integers, test);
        expectExact(`conv2d ${direction} ${JSON.stringify(choice)}`, extents, got, want.values);
      }
    });
  });
});

describe('conv2d', () => {
  it.each(variants)('%s lets NaN through its ReLU, so that a diverged network is seen', async (variant) => {
    const y = gpu.tensor([1, 4, 8, 8]);
    const tensors = { x: gpu.tensor([1, 4, 8, 8], new Float32Array(256).fill(NaN)), w: gpu.tensor([4, 4, 3, 3], new Float32Array(144).fill(1)), y };
    await gpu.run(await conv2dForward(gpu.context(variant), tensors, { padding: [1, 1], relu: true }));
    expect([...(await gpu.read(y))].every(Number.isNaN)).toBe(true);
  });

  it('refuses filters of other channels', async () => {
    const tensors = { x: gpu.tensor([1, 3, 4, 4]), w: gpu.tensor([2, 4, 3, 3]), y: gpu.tensor([1, 2, 2, 2]) };
    await expect(conv2dForward(gpu.context(), tensors)).rejects.toThrow(ShapeError);
  });

  it('has a variant for every shape', () => {
    for (const test of CASES) {
      for (const direction of conv2dFamily.directions) {
        const fitting = variants.filter((variant) => fits(variant, direction, test));
        expect(fitting).toContain('plain');
      }
    }
  });

  it('refuses an output of another shape', async () => {
    const tensors = { x: gpu.tensor([1, 3, 4, 4]), w: gpu.tensor([2, 3, 3, 3]), y: gpu.tensor([1, 2, 3, 2]) };
    await expect(conv2dForward(gpu.context(), tensors)).rejects.toThrow(/expected shape 1x2x2x2/);
  });
});
