// The mean of a plane and its gradient.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { globalPoolBackward, globalPoolForward } from '../../src/ops/global-pool.js';
import { expectWithin, gaussians, integers, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';

const gpu = useDevice();

const SHAPES = [[1, 1, 1, 1], [2, 3, 8, 8], [3, 70, 7, 7], [2, 5, 1, 33], [1, 2, 41, 47]];

describe('global pool', () => {
  it.each(SHAPES.flatMap((shape) => [true, false].flatMap((software) => [integers, gaussians].map((fill) => ({ shape, software, fill })))))('takes means of $shape, software: $software', async ({ shape, software, fill }) => {
    const context = gpu.contextAs(software);
    const [N = 0, C = 0, H = 0, W = 0] = shape;
    const size = H * W;
    const rng = testRng(`global pool ${shape.join()}`);
    const [values, grads] = [fill(rng, N * C * size), fill(rng, N * C)];
    const [y, dx] = [gpu.tensor([N, C, 1, 1]), gpu.tensor(shape)];
    await gpu.run(folded(await globalPoolForward(context, { x: gpu.tensor(shape, values), y })));
    await gpu.run(await globalPoolBackward(context, { dy: gpu.tensor([N, C], grads), dx }));
    const of = (plane: number): number[] => Array.from(values.subarray(plane * size, (plane + 1) * size));
    const total = (plane: number, term: (value: number) => number): number => of(plane).reduce((sum, value) => sum + term(value), 0);
    // A sum of integers is exact; the division is off by 2.5 ulp.
    const terms = fill === integers ? 0 : 2 * Math.sqrt(size) * 2 ** -24;
    expectWithin('means', [N, C], await gpu.read(y), Array.from({ length: N * C }, (_, p) => total(p, (v) => v) / size), (p) =>
      (terms * total(p, Math.abs) + 2.5 * 2 ** -23 * Math.abs(total(p, (v) => v))) / size);
    expectWithin('gradient', shape, await gpu.read(dx), Array.from(values, (_, i) => (grads[Math.floor(i / size)] ?? NaN) / size), (i) => 2.5 * 2 ** -23 * Math.abs((grads[Math.floor(i / size)] ?? NaN) / size));
  });

  it('refuses means of other images', async () => {
    await expect(globalPoolForward(gpu.context(), { x: gpu.tensor([2, 3, 4, 4]), y: gpu.tensor([2, 4]) })).rejects.toThrow(ShapeError);
  });
});
