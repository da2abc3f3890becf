// Local response normalisation across channels and within one, forward and backward.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { lrnBackward, type LrnAttributes, lrnForward } from '../../src/ops/lrn.js';
import { expectExact, expectWithin, integers, testRng, useDevice } from './fixture.js';
import type { Approximate } from './oracle/approximate.js';
import { dot, expectGradient, normals } from './oracle/central-differences.js';
import { type Images, lrnGradOracle, lrnOracle } from './oracle/normalisation.js';

const gpu = useDevice();

type Case = LrnAttributes & { readonly images: readonly [number, number, number, number] };

const CASES: readonly Case[] = [
  { images: [1, 1, 1, 1], region: 'within', size: 3, alpha: 1, beta: 0.75, k: 1 },
  { images: [2, 3, 5, 7], region: 'within', size: 3, alpha: 5e-3, beta: 0.75, k: 1 },
  { images: [2, 2, 9, 11], region: 'within', size: 4, alpha: 2, beta: 0.5, k: 1 },
  { images: [2, 7, 3, 5], region: 'across', size: 5, alpha: 1e-4, beta: 0.75, k: 2 },
  { images: [3, 4, 9, 9], region: 'across', size: 4, alpha: 3, beta: 1.25, k: 1 },
  { images: [1, 2, 8, 9], region: 'across', size: 7, alpha: 0.5, beta: 0.01, k: 1 },
];

function extentsOf({ images: [N, C, H, W] }: Case): Images {
  return { N, C, H, W };
}

function expectApproximate(what: string, shape: readonly number[], got: Float32Array, want: readonly Approximate[]): void {
  expectWithin(what, shape, got, want.map(({ value }) => value), (i) => want[i]?.error ?? 0);
}

describe('lrn', () => {
  it.each(CASES)('normalises $images $region channels, window $size', async ({ images, ...attributes }) => {
    const size = images.reduce((product, extent) => product * extent, 1);
    const values = normals(testRng('lrn'), size).map((value) => 3 * value);
    const [y, scale] = [gpu.tensor(images), gpu.tensor(images)];
    await gpu.run(await lrnForward(gpu.context(), { x: gpu.tensor(images, values), y, scale }, attributes));
    const want = lrnOracle(extentsOf({ images, ...attributes }), values, attributes);
    expectApproximate('scale', images, await gpu.read(scale), want.scale);
    expectApproximate('y', images, await gpu.read(y), want.y);
  });

  it.each(CASES)('adds squares of integers exactly: $images $region channels', async ({ images, ...attributes }) => {
    const window = attributes.region === 'within' ? attributes.size ** 2 : attributes.size;
    const whole = { ...attributes, alpha: window, k: 1 };
    const values = integers(testRng('lrn integers'), images.reduce((product, extent) => product * extent, 1));
    const [y, scale] = [gpu.tensor(images), gpu.tensor(images)];
    await gpu.run(await lrnForward(gpu.context(), { x: gpu.tensor(images, values), y, scale }, whole));
    expectExact('scale', images, await gpu.read(scale), lrnOracle(extentsOf({ images, ...whole }), values, whole).scale.map(({ value }) => value));
  });

  it.each(CASES)('passes gradients back: $images $region channels', async ({ images, ...attributes }) => {
    const rng = testRng('lrn gradient');
    const size = images.reduce((product, extent) => product * extent, 1);
    const [x, y, dy, scale] = [normals(rng, size), normals(rng, size), normals(rng, size), normals(rng, size).map((value) => 1 + Math.abs(value))];
    const dx = gpu.tensor(images);
    const tensors = { x: gpu.tensor(images, x), y: gpu.tensor(images, y), dy: gpu.tensor(images, dy), scale: gpu.tensor(images, scale), dx };
    await gpu.run(await lrnBackward(gpu.context(), tensors, attributes));
    expectApproximate('dx', images, await gpu.read(dx), lrnGradOracle(extentsOf({ images, ...attributes }), [x, y, dy, scale], attributes));
  });

  it.each(CASES)('has the gradient of its forward pass: $images $region channels', ({ images: [, C, H, W], ...attributes }) => {
    const extents = { N: 1, C, H, W };
    const size = C * H * W;
    const rng = testRng('lrn oracle');
    const [x, dy] = [normals(rng, size), normals(rng, size)];
    const forward = lrnOracle(extents, x, attributes);
    const kept = { y: forward.y.map(({ value }) => value), scale: forward.scale.map(({ value }) => value) };
    const analytic = lrnGradOracle(extents, [x, kept.y, dy, kept.scale], attributes).map(({ value }) => value);
    expectGradient(analytic, (at) => dot(lrnOracle(extents, at, attributes).y.map(({ value }) => value), dy), x);
  });

  it('refuses a window without elements and rows that are no images', async () => {
    const image = gpu.tensor([1, 1, 2, 2]);
    const attributes = { region: 'across', alpha: 1, beta: 1, k: 1 } as const;
    await expect(lrnForward(gpu.context(), { x: image, y: image, scale: image }, { ...attributes, size: 0 })).rejects.toThrow(ShapeError);
    const row = gpu.tensor([1, 4]);
    await expect(lrnForward(gpu.context(), { x: row, y: row, scale: row }, { ...attributes, size: 3 })).rejects.toThrow(/expected images N C H W, got 1x4/);
  });
});
