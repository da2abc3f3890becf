// Max and average pools in every variant: windows that overlap, padding, ties, gradients.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import type { OpContext } from '../../src/ops/contracts.js';
import { type PoolAttributes, poolFamily, poolForward, poolGradInput, type PoolShape, poolShape } from '../../src/ops/pool/pool.js';
import type { Choice, Question } from '../../src/tune/index.js';
import { dot, expectGradient, normals } from './oracle/central-differences.js';
import { ADAPTER, expectExact, expectWithin, gaussians, integers, type Sum, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';
import { averageGradOracle, averageOracle, maxGradOracle, maxOracle } from './oracle/pool.js';

const gpu = useDevice();
const variants = poolFamily.variants.map(({ name }) => name);

interface Case extends Omit<PoolAttributes, 'kind'> {
  readonly images: readonly number[];
}

/** Both variants take these: windows of 2x2 at stride 2, on even and odd extents. */
const TILING: readonly Case[] = [
  { images: [1, 1, 2, 2], size: [2, 2] },
  { images: [3, 5, 7, 6], size: [2, 2] },
  { images: [2, 16, 28, 28], size: [2, 2], relu: true },
  { images: [2, 3, 14, 14], size: [2, 2], stride: [2, 2] },
  { images: [1, 7, 5, 130], size: [2, 2], relu: true },
  { images: [2, 9, 7, 7], size: [2, 2], relu: true },
  { images: [5, 3, 6, 3], size: [2, 2] },
];

const GENERAL: readonly Case[] = [
  { images: [1, 1, 1, 1], size: [1, 1] },
  { images: [2, 3, 9, 7], size: [3, 3], stride: [2, 2] },
  { images: [2, 3, 9, 7], size: [3, 3], stride: [2, 2], padding: [1, 1], relu: true },
  { images: [1, 4, 11, 8], size: [5, 5], stride: [3, 3] },
  { images: [2, 2, 7, 7], size: [2, 2] },
  { images: [1, 3, 8, 13], size: [3, 2], stride: [1, 3], padding: [2, 0] },
  { images: [1, 2, 6, 10], size: [1, 4], stride: [2, 1], padding: [0, 3], relu: true },
  { images: [3, 2, 10, 9], size: [2, 2], stride: [4, 3] },
  { images: [1, 2, 5, 5], size: [5, 5] },
  // Windows that hang over.
  { images: [2, 3, 32, 32], size: [3, 3], stride: [2, 2], ceil: true, relu: true },
  { images: [2, 3, 7, 8], size: [2, 2], ceil: true },
  { images: [1, 2, 8, 9], size: [3, 3], stride: [2, 2], padding: [1, 1], ceil: true },
  { images: [1, 2, 10, 12], size: [5, 3], stride: [4, 5], ceil: true },
  // Reciprocals of 41 and 47 times themselves fall short of 1 in f32.
  { images: [2, 2, 41, 47], size: [3, 3], stride: [2, 2] },
  { images: [2, 2, 47, 41], size: [41, 47], stride: [41, 47], padding: [20, 20] },
];

const ALL = [
  ...TILING.flatMap((test) => variants.map((variant) => ({ ...test, variant }))),
  ...GENERAL.map((test) => ({ ...test, variant: 'plain' })),
  // Forward by plain, backward by the cells of tiled.
  ...GENERAL.filter(({ size: [R, S], stride: [h, w] = [R, S] }) => R <= 2 * h && S <= 2 * w).map((test) => ({ ...test, variant: 'favourite' })),
];

type Fill = typeof integers;

/** Each element's bound: the sum's, and WGSL's 2.5 ulp for the division of each term. */
function expectMean(what: string, shape: readonly number[], got: Float32Array, { values, magnitudes, terms }: Sum): void {
  const unit = (2 * Math.sqrt(terms) + 5) * 2 ** -24;
  expectWithin(what, shape, got, values, (i) => unit * (magnitudes[i] ?? 0));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function setUp(test: Case, kind: PoolAttributes['kind'], fill: Fill): { attributes: PoolAttributes; shape: PoolShape; pooled: number[]; x: Float32Array<ArrayBuffer>; dy: Float32Array<ArrayBuffer> } {
  const { images, relu = false, ...window } = test;
  const attributes = { ...window, kind, relu: relu && kind === 'max' };
  const shape = poolShape(images, attributes);
  const rng = testRng(`pool ${kind} ${images.join()}`);
  const pooled = [...images.slice(0, 2), shape.P, shape.Q];
  return { attributes, shape, pooled, x: fill(rng, sizeOf(images)), dy: fill(rng, sizeOf(pooled)) };
}

function contextOf(variant: string): OpContext {
  return variant === 'favourite' ? gpu.context() : gpu.context(variant);
}

async function runMax(test: Case & { readonly variant: string }, fill: Fill, context = contextOf(test.variant)): Promise<void> {
  const { attributes, shape, pooled, x, dy } = setUp(test, 'max', fill);
  const [y, chosen, dx] = [gpu.tensor(pooled), gpu.tensor(pooled, new Uint32Array(sizeOf(pooled))), gpu.tensor(test.images)];
  await gpu.run([
    ...(await poolForward(context, { x: gpu.tensor(test.images, x), y, chosen }, attributes)),
    ...(await poolGradInput(context, { dy: gpu.tensor(pooled, dy), chosen, dx }, attributes)),
  ]);
  expectExact(`max ${test.variant}`, pooled, await gpu.read(y), maxOracle(shape, x));
  const want = maxGradOracle(shape, x, dy);
  const unit = 2 * Math.sqrt(want.terms) * 2 ** -24;
  expectWithin(`max gradient ${test.variant}`, test.images, await gpu.read(dx), want.values, (i) => (fill === integers ? 0 : unit * (want.magnitudes[i] ?? 0)));
}

async function runAverage(test: Case & { readonly variant: string }, fill: Fill): Promise<void> {
  const { attributes, shape, pooled, x, dy } = setUp(test, 'average', fill);
  const context = contextOf(test.variant);
  const [y, dx] = [gpu.tensor(pooled), gpu.tensor(test.images)];
  await gpu.run([
    ...(await poolForward(context, { x: gpu.tensor(test.images, x), y }, attributes)),
    ...(await poolGradInput(context, { dy: gpu.tensor(pooled, dy), dx }, attributes)),
  ]);
  expectMean(`average ${test.variant}`, pooled, await gpu.read(y), averageOracle(shape, x));
  expectMean(`average gradient ${test.variant}`, test.images, await gpu.read(dx), averageGradOracle(shape, dy));
}

describe(`pool on ${ADAPTER}`, () => {
  it.each(ALL)('max $variant, small integers with ties, $images by $size', (test) => runMax(test, integers));
  it.each(ALL)('max $variant, gaussians, $images by $size', (test) => runMax(test, gaussians));
  it.each(ALL)('average $variant, small integers, $images by $size', (test) => runAverage(test, integers));
  it.each(ALL)('average $variant, gaussians, $images by $size', (test) => runAverage(test, gaussians));

  it.each(TILING.flatMap((test) => [1, 4, 8].map((rows) => ({ ...test, rows }))))('max tiled, $rows windows a thread, $images', async ({ rows, ...test }) => {
    const choose = async ({ candidates }: Question): Promise<Choice> => candidates.find(({ overrides }) => overrides.ROWS === rows) ?? expect.fail('no such setting');
    await runMax({ ...test, variant: 'tiled' }, integers, { device: gpu.device, chooser: { choose } });
  });

  it.each(variants)('%s gives the same in a folded grid', async (variant) => {
    const x = gpu.tensor([3, 5, 7, 6], gaussians(testRng('folded'), 630));
    const [y, other] = [gpu.tensor([3, 5, 3, 3]), gpu.tensor([3, 5, 3, 3])];
    const attributes = { kind: 'average', size: [2, 2] } as const;
    await gpu.run([...(await poolForward(gpu.context(variant), { x, y }, attributes)), ...folded(await poolForward(gpu.context(variant), { x, y: other }, attributes))]);
    expect(await gpu.read(other)).toEqual(await gpu.read(y));
  });

  it.each(variants)('%s gives inference the same maxima', async (variant) => {
    const x = gpu.tensor([2, 3, 5, 8], gaussians(testRng('inference'), 240));
    const [y, trained] = [gpu.tensor([2, 3, 2, 4]), gpu.tensor([2, 3, 2, 4])];
    const chosen = gpu.tensor([2, 3, 2, 4], new Uint32Array(48));
    const attributes = { kind: 'max', size: [2, 2], relu: true } as const;
    await gpu.run([...(await poolForward(gpu.context(variant), { x, y }, attributes)), ...(await poolForward(gpu.context(variant), { x, y: trained, chosen }, attributes))]);
    expect(await gpu.read(y)).toEqual(await gpu.read(trained));
  });

  it.each(variants)('%s lets NaN pass, wherever it lies in the window', async (variant) => {
    const x = gpu.tensor([1, 1, 2, 10], [NaN, 1, 2, NaN, 3, 4, 5, 6, 1, 2, 1, 2, 3, 4, NaN, 5, 6, NaN, 3, 4]);
    const y = gpu.tensor([1, 1, 1, 5]);
    await gpu.run(await poolForward(gpu.context(variant), { x, y }, { kind: 'max', size: [2, 2], relu: true }));
    expect([...(await gpu.read(y))]).toEqual([NaN, NaN, NaN, NaN, 4]);
  });

  it('plain divides exactly where a reciprocal in f32 reaches a whole number too early', async () => {
    // f32(8487929) * f32(1 / 255) = 33286, one too many.
    const shape = [1, 33286, 1, 255];
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i % 65521);
    const y = gpu.tensor(shape, new Float32Array(values.length));
    await gpu.run(await poolForward(gpu.context('plain'), { x: gpu.tensor(shape, values), y }, { kind: 'average', size: [1, 1] }));
    const got = await gpu.read(y);
    expect(got.findIndex((value, i) => value !== i % 65521)).toBe(-1);
  });

  it('rounds up as Caffe does, and lets no window begin behind the image', () => {
    const up = (extent: number, size: number, stride: number, padding = 0): number =>
      poolShape([1, 1, extent, extent], { kind: 'max', size: [size, size], stride: [stride, stride], padding: [padding, padding], ceil: true }).P;
    expect([up(32, 3, 2), up(16, 3, 2), up(8, 3, 2), up(7, 3, 2)]).toEqual([16, 8, 4, 3]);
    expect([up(6, 2, 2, 1), up(5, 1, 3), up(7, 2, 4)]).toEqual([4, 2, 2]);
  });

  it('tells a padding as wide as the window and a missing choice from sense', async () => {
    expect(() => poolShape([1, 1, 4, 4], { kind: 'max', size: [2, 2], padding: [2, 0] })).toThrow(ShapeError);
    expect(() => poolShape([1, 1, 2, 2], { kind: 'max', size: [3, 3] })).toThrow(ShapeError);
    const tensors = { dy: gpu.tensor([1, 1, 2, 2]), dx: gpu.tensor([1, 1, 4, 4]) };
    await expect(poolGradInput(gpu.context(), tensors, { kind: 'max', size: [2, 2] })).rejects.toThrow(/chosen/);
  });
});

describe('pool oracle', () => {
  it.each([TILING[1], TILING[2], ...GENERAL.slice(0, 8)] as Case[])('gradients match central differences, $images by $size', (test) => {
    const small = { ...test, images: [1, 2, ...test.images.slice(2).map((extent) => Math.min(extent, 11))] };
    const max = setUp(small, 'max', normals);
    expectGradient(maxGradOracle(max.shape, max.x, max.dy).values, (x) => dot(maxOracle(max.shape, x), max.dy), max.x);
    const average = setUp(small, 'average', normals);
    expectGradient(averageGradOracle(average.shape, average.dy).values, (x) => dot(averageOracle(average.shape, x).values, average.dy), average.x);
  });
});
