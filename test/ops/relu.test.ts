// ReLU and its gradient, in place and not, bit for bit.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { reluForward, reluGradInPlace, reluGradInput } from '../../src/ops/relu.js';
import { expectExact, gaussians, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';

const gpu = useDevice();

/** Lengths around whole vec4s and whole workgroups, run with the grid as it is and folded. */
const SHAPES = [[1], [3], [4], [5, 51], [2, 3, 7, 11], [64, 128]];

describe('relu', () => {
  it.each(SHAPES)('masks %s elements forward and backward', async (...shape) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const rng = testRng(`relu ${shape.join()}`);
    const [values, grads] = [gaussians(rng, size), gaussians(rng, size)];
    values[0] = 0;
    const [x, y, dy, dx] = [gpu.tensor(shape, values), gpu.tensor(shape), gpu.tensor(shape, grads), gpu.tensor(shape)];
    await gpu.run([...(await reluForward(gpu.context(), { x, y })), ...(await reluGradInput(gpu.context(), { dy, y, dx }))]);
    const masked = grads.map((grad, i) => ((values[i] ?? NaN) > 0 ? grad : 0));
    expectExact('relu', shape, await gpu.read(y), values.map((value) => Math.max(0, value)));
    expectExact('relu gradient', shape, await gpu.read(dx), masked);
    await gpu.run(folded(await reluGradInPlace(gpu.context(), { y, dy })));
    expectExact('relu gradient in place', shape, await gpu.read(dy), masked);
  });

  it('lets NaN pass', async () => {
    const y = gpu.tensor([3]);
    await gpu.run(await reluForward(gpu.context(), { x: gpu.tensor([3], [NaN, -1, 2]), y }));
    expect([...(await gpu.read(y))]).toEqual([NaN, 0, 2]);
  });

  it('refuses tensors of different shapes', async () => {
    await expect(reluForward(gpu.context(), { x: gpu.tensor([2, 3]), y: gpu.tensor([3, 2]) })).rejects.toThrow(ShapeError);
  });
});
