// Batch norm for images and rows, in one slab and in many, with samples that do not count.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import type { Dispatch } from '../../src/gpu/index.js';
import { batchNormBackward, batchNormForward, batchNormInference } from '../../src/ops/batch-norm.js';
import type { OpContext } from '../../src/ops/contracts.js';
import { expectExact, expectWithin, gaussians, integers, testRng, useDevice } from './fixture.js';
import { type Approximate, exact, inverseSqrt, add as plus } from './oracle/approximate.js';
import { dot, expectGradient, normals } from './oracle/central-differences.js';
import { type Batch, batchNormGradOracle, indicesOf, momentsOracle, normaliseOracle } from './oracle/normalisation.js';

const gpu = useDevice();
const EPSILON = 1e-3;

interface Case {
  readonly shape: readonly number[];
  readonly count: number;
  readonly slabs: 'one' | 'many';
}

const CASES: readonly Case[] = [
  { shape: [1, 1, 2, 1], count: 1 },
  { shape: [4, 3, 5, 7], count: 4 },
  { shape: [4, 3, 5, 7], count: 3 },
  { shape: [33, 70, 2, 2], count: 33 },
  { shape: [9, 2, 13, 11], count: 2 },
  { shape: [2, 2, 37, 41], count: 2 },
  { shape: [6, 5], count: 6 },
  { shape: [70, 130], count: 41 },
  { shape: [35, 64], count: 2 },
].flatMap((test) => [{ ...test, slabs: 'one' as const }, { ...test, slabs: 'many' as const }]);

/** The cut into slabs that a real GPU gets, run on whatever adapter the tests have. */
function contextOf(slabs: 'one' | 'many'): OpContext {
  return gpu.contextAs(slabs === 'one');
}

function batchOf({ shape, count }: Case): Batch {
  const [N = 0, C = 0, ...plane] = shape;
  return { N, C, plane: plane.reduce((product, extent) => product * extent, 1), count };
}

function counted(dispatches: Dispatch[], count: number): Dispatch[] {
  dispatches.forEach(({ params }) => params.set({ count }));
  return dispatches;
}

function expectApproximate(what: string, shape: readonly number[], got: ArrayLike<number>, want: readonly Approximate[]): void {
  expectWithin(what, shape, got, want.map(({ value }) => value), (i) => want[i]?.error ?? 0);
}

describe('batch norm', () => {
  it.each(CASES)('normalises $shape, $count samples, slabs: $slabs', async (test) => {
    const batch = batchOf(test);
    const { N, C, plane } = batch;
    const rng = testRng(`batch norm ${test.shape.join()}`);
    const [values, gamma, beta, was, spread] = [gaussians(rng, N * C * plane), normals(rng, C), normals(rng, C), normals(rng, C), normals(rng, C).map(Math.abs)];
    const tensors = { mean: gpu.tensor([C]), invstd: gpu.tensor([C]), runningMean: gpu.tensor([C], was), runningVar: gpu.tensor([C], spread), y: gpu.tensor(test.shape) };
    const inputs = { x: gpu.tensor(test.shape, values), gamma: gpu.tensor([C], gamma), beta: gpu.tensor([C], beta) };
    await gpu.run(counted(await batchNormForward(contextOf(test.slabs), { ...inputs, ...tensors }, { momentum: 0.25, epsilon: EPSILON }), test.count));
    const channels = Array.from({ length: C }, (_, c) => momentsOracle(batch, values, c, EPSILON));
    expectApproximate('mean', [C], await gpu.read(tensors.mean), channels.map(({ mean }) => mean));
    expectApproximate('invstd', [C], await gpu.read(tensors.invstd), channels.map(({ invstd }) => invstd));
    const y = await gpu.read(tensors.y);
    channels.forEach((channel, c) => {
      const at = indicesOf(batch, c);
      expectApproximate(`y of channel ${c}`, [at.length], at.map((i) => y[i] ?? NaN), at.map((i) => normaliseOracle(values[i] ?? NaN, channel, gamma[c] ?? NaN, beta[c] ?? NaN)));
    });
    const size = batch.count * plane;
    const moved = (before: number, { value, error }: Approximate): Approximate => ({ value: before + 0.25 * (value - before), error: error + 2 ** -21 * (Math.abs(before) + Math.abs(value)) });
    const unbiased = channels.map(({ variance: { value, error } }) => ({ value: (value * size) / Math.max(1, size - 1), error: (2 * error * size) / Math.max(1, size - 1) }));
    expectApproximate('running mean', [C], await gpu.read(tensors.runningMean), channels.map(({ mean }, c) => moved(was[c] ?? NaN, mean)));
    expectApproximate('running variance', [C], await gpu.read(tensors.runningVar), unbiased.map((variance, c) => moved(spread[c] ?? NaN, variance)));
  });

  it.each(CASES)('uses running statistics on $shape', async ({ shape, slabs, count }) => {
    const { N, C, plane } = batchOf({ shape, slabs, count });
    const rng = testRng('batch norm inference');
    const [values, gamma, beta, mean] = [integers(rng, N * C * plane), integers(rng, C), integers(rng, C), integers(rng, C)];
    const variance = normals(rng, C).map(Math.abs);
    const y = gpu.tensor(shape);
    const inputs = { x: gpu.tensor(shape, values), gamma: gpu.tensor([C], gamma), beta: gpu.tensor([C], beta) };
    await gpu.run(await batchNormInference(contextOf(slabs), { ...inputs, runningMean: gpu.tensor([C], mean), runningVar: gpu.tensor([C], variance), y }, { epsilon: EPSILON }));
    const want = [...values].map((value, i) => {
      const c = Math.floor(i / plane) % C;
      const invstd = inverseSqrt(plus(exact(variance[c] ?? NaN), exact(Math.fround(EPSILON))));
      return normaliseOracle(value, { mean: exact(mean[c] ?? NaN), invstd }, gamma[c] ?? NaN, beta[c] ?? NaN);
    });
    expectApproximate('y', shape, await gpu.read(y), want);
  });

  it.each(CASES)('passes gradients of $shape back, $count samples, slabs: $slabs', async (test) => {
    const batch = batchOf(test);
    const { N, C, plane } = batch;
    const rng = testRng('batch norm gradient');
    const [values, grads, gamma, mean] = [gaussians(rng, N * C * plane), gaussians(rng, N * C * plane), normals(rng, C), normals(rng, C)];
    const invstd = normals(rng, C).map(Math.abs);
    const outputs = { dx: gpu.tensor(test.shape), dgamma: gpu.tensor([C]), dbeta: gpu.tensor([C]) };
    const inputs = { x: gpu.tensor(test.shape, values), dy: gpu.tensor(test.shape, grads), gamma: gpu.tensor([C], gamma), mean: gpu.tensor([C], mean), invstd: gpu.tensor([C], invstd) };
    await gpu.run(counted(await batchNormBackward(contextOf(test.slabs), { ...inputs, ...outputs }), test.count));
    const channels = Array.from({ length: C }, (_, c) => batchNormGradOracle(batch, [values, grads], c, [mean[c] ?? NaN, invstd[c] ?? NaN, gamma[c] ?? NaN]));
    expectApproximate('dgamma', [C], await gpu.read(outputs.dgamma), channels.map(({ dgamma }) => dgamma));
    expectApproximate('dbeta', [C], await gpu.read(outputs.dbeta), channels.map(({ dbeta }) => dbeta));
    const dx = await gpu.read(outputs.dx);
    const want: Approximate[] = Array.from({ length: N * C * plane }, () => exact(0));
    channels.forEach((channel, c) => indicesOf(batch, c).forEach((i, j) => (want[i] = channel.dx[j] ?? exact(NaN))));
    expectApproximate('dx', test.shape, dx, want);
  });

  it('adds gradients of integers exactly', async () => {
    const shape = [5, 67, 3, 3];
    const rng = testRng('batch norm integers');
    const [values, grads] = [integers(rng, 5 * 67 * 9), integers(rng, 5 * 67 * 9)];
    for (const slabs of ['one', 'many'] as const) {
      const [dgamma, dbeta] = [gpu.tensor([67]), gpu.tensor([67])];
      const ones = gpu.tensor([67], new Float32Array(67).fill(1));
      const tensors = { x: gpu.tensor(shape, values), dy: gpu.tensor(shape, grads), gamma: ones, invstd: ones, mean: gpu.tensor([67], new Float32Array(67)), dgamma, dbeta };
      await gpu.run(await batchNormBackward(contextOf(slabs), tensors));
      const at = (c: number): number[] => indicesOf({ N: 5, C: 67, plane: 9, count: 5 }, c);
      const total = (c: number, term: (i: number) => number): number => at(c).reduce((sum, i) => sum + term(i), 0);
      expectExact('dbeta', [67], await gpu.read(dbeta), Array.from({ length: 67 }, (_, c) => total(c, (i) => grads[i] ?? NaN)));
      expectExact('dgamma', [67], await gpu.read(dgamma), Array.from({ length: 67 }, (_, c) => total(c, (i) => (grads[i] ?? NaN) * (values[i] ?? NaN))));
    }
  });

  it('has the gradient of its forward pass', () => {
    const batch = { N: 3, C: 2, plane: 4, count: 3 };
    const rng = testRng('batch norm oracle');
    const [x, dy, gamma] = [normals(rng, 24), normals(rng, 24), normals(rng, 2)];
    const output = (at: ArrayLike<number>, c: number): number[] => {
      const channel = momentsOracle(batch, at, c, EPSILON);
      return indicesOf(batch, c).map((i) => normaliseOracle(at[i] ?? NaN, channel, gamma[c] ?? NaN, 0).value);
    };
    const analytic = new Float64Array(24);
    for (const c of [0, 1]) {
      const { mean, invstd } = momentsOracle(batch, x, c, EPSILON);
      const { dx } = batchNormGradOracle(batch, [x, dy], c, [mean.value, invstd.value, gamma[c] ?? NaN]);
      indicesOf(batch, c).forEach((i, j) => (analytic[i] = dx[j]?.value ?? NaN));
    }
    const loss = (at: Float64Array): number => [0, 1].reduce((sum, c) => sum + dot(output(at, c), indicesOf(batch, c).map((i) => dy[i] ?? NaN)), 0);
    expectGradient(analytic, loss, x);
  });

  it.each([{ shape: [4, 3, 5, 7] }, { shape: [6, 5] }])('cuts off below zero and lets NaN through: $shape', async ({ shape }) => {
    const [size, C] = [shape.reduce((product, extent) => product * extent, 1), shape[1] ?? NaN];
    const values = gaussians(testRng('batch norm relu'), size);
    const inputs = { x: gpu.tensor(shape, values), gamma: gpu.tensor([C], new Float32Array(C).fill(1)), beta: gpu.tensor([C], new Float32Array(C)) };
    const running = { runningMean: gpu.tensor([C], new Float32Array(C)), runningVar: gpu.tensor([C], new Float32Array(C).fill(1)) };
    const [y, cut] = [gpu.tensor(shape), gpu.tensor(shape)];
    const common = { ...inputs, ...running, mean: gpu.tensor([C]), invstd: gpu.tensor([C]) };
    await gpu.run([
      ...(await batchNormForward(gpu.context(), { ...common, y }, { momentum: 0, epsilon: EPSILON })),
      ...(await batchNormForward(gpu.context(), { ...common, y: cut }, { momentum: 0, epsilon: EPSILON, relu: true })),
    ]);
    expectExact('relu', shape, await gpu.read(cut), (await gpu.read(y)).map((value) => Math.max(0, value)));
    await gpu.run(await batchNormInference(gpu.context(), { ...inputs, ...running, y: cut }, { epsilon: 0, relu: true }));
    expectExact('relu of running statistics', shape, await gpu.read(cut), values.map((value) => Math.max(0, value)));
    const lost = gpu.tensor(shape, new Float32Array(size).fill(NaN));
    await gpu.run(await batchNormInference(gpu.context(), { ...inputs, ...running, x: lost, y: cut }, { epsilon: 0, relu: true }));
    expect([...(await gpu.read(cut))].every(Number.isNaN)).toBe(true);
  });

  it('refuses tensors of other shapes', async () => {
    const c = gpu.tensor([3]);
    const running = { runningMean: gpu.tensor([3]), runningVar: gpu.tensor([3]) };
    await expect(batchNormInference(gpu.context(), { x: gpu.tensor([3]), y: gpu.tensor([3]), gamma: c, beta: c, ...running }, { epsilon: 1e-5 })).rejects.toThrow(ShapeError);
    await expect(batchNormInference(gpu.context(), { x: gpu.tensor([2, 4]), y: gpu.tensor([2, 4]), gamma: c, beta: c, ...running }, { epsilon: 1e-5 })).rejects.toThrow(/expected shape 4/);
  });
});
