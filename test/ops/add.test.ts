// Sums of branches and of gradients, bit for bit.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { accumulate, add } from '../../src/ops/add.js';
import { expectExact, gaussians, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';

const gpu = useDevice();

const SHAPES = [[1], [3], [5, 51], [2, 3, 7, 11], [64, 128]];

describe('add', () => {
  it.each(SHAPES)('adds %s elements', async (...shape) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const rng = testRng(`add ${shape.join()}`);
    const [left, right] = [gaussians(rng, size), gaussians(rng, size)];
    const [a, b, y, z] = [gpu.tensor(shape, left), gpu.tensor(shape, right), gpu.tensor(shape), gpu.tensor(shape)];
    await gpu.run([...(await add(gpu.context(), { a, b, y })), ...folded(await add(gpu.context(), { a, b, y: z }, { relu: true }))]);
    const sums = left.map((value, i) => value + (right[i] ?? NaN));
    expectExact('sum', shape, await gpu.read(y), sums);
    expectExact('sum and relu', shape, await gpu.read(z), sums.map((value) => Math.max(0, value)));
    await gpu.run(folded(await accumulate(gpu.context(), { a, y })));
    expectExact('accumulated', shape, await gpu.read(y), sums.map((value, i) => value + (left[i] ?? NaN)));
  });

  it('lets NaN through its ReLU', async () => {
    const y = gpu.tensor([2]);
    await gpu.run(await add(gpu.context(), { a: gpu.tensor([2], [NaN, -1]), b: gpu.tensor([2], [1, -1]), y }, { relu: true }));
    expect([...(await gpu.read(y))]).toEqual([NaN, 0]);
  });

  it('refuses tensors of different shapes', async () => {
    await expect(add(gpu.context(), { a: gpu.tensor([2, 3]), b: gpu.tensor([2, 3]), y: gpu.tensor([3, 2]) })).rejects.toThrow(ShapeError);
  });
});
