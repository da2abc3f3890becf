// SGD with momentum, Nesterov's too, and weight decay against an f64 oracle.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/index.js';
import { sgd, sgdParams } from '../../../src/ops/optimizers/sgd.js';
import { expectExact, expectWithin, gaussians, integers, testRng, useDevice } from '../fixture.js';
import { folded } from '../oracle/folded.js';
import { sgdOracle } from '../oracle/optimizer.js';

const gpu = useDevice();
const SIZES = [1, 3, 4, 67, 1290, 5000];

describe('sgd', () => {
  it.each(SIZES)('%s weights: dyadic settings are exact', async (size) => {
    const rng = testRng(`sgd exact ${size}`);
    const [w, g, v] = [integers(rng, size), integers(rng, size), integers(rng, size)];
    const [weights, grad, velocity] = [gpu.tensor([size], w), gpu.tensor([size], g), gpu.tensor([size], v)];
    await gpu.run(await sgd(gpu.context(), { weights, grad, velocity }, { rate: 0.25, momentum: 0.5, decay: 0.125 }));
    const moved = Float64Array.from(w, (weight, i) => 0.5 * (v[i] ?? NaN) + (g[i] ?? NaN) + 0.125 * weight);
    expectExact('velocity', [size], await gpu.read(velocity), moved);
    expectExact('weights', [size], await gpu.read(weights), Float64Array.from(w, (weight, i) => weight - 0.25 * (moved[i] ?? NaN)));
  });

  it.each(SIZES.flatMap((size) => [false, true].flatMap((nesterov) => [false, true].map((decoupled) => ({ size, nesterov, decoupled })))))(
    '$size weights, three steps with a schedule, nesterov: $nesterov, decoupled: $decoupled',
    async ({ size, ...flags }) => {
      const rng = testRng(`sgd ${size}`);
      const [weights, velocity] = [gpu.tensor([size], gaussians(rng, size)), gpu.tensor([size], new Float32Array(size))];
      const grads = gaussians(rng, size);
      const settings = { rate: 0.05, momentum: 0.9, decay: 5e-4, ...flags };
      const dispatches = await sgd(gpu.context(), { weights, grad: gpu.tensor([size], grads), velocity }, settings);
      for (const rate of [0.05, 0.01, 0.3]) {
        const [w, v] = [await gpu.read(weights), await gpu.read(velocity)];
        dispatches.forEach(({ params }) => params.set(sgdParams({ ...settings, rate })));
        await gpu.run(size % 2 ? dispatches : folded(dispatches));
        const want = Array.from(w, (weight, i) => sgdOracle(weight, grads[i] ?? NaN, v[i] ?? NaN, { ...settings, rate }));
        expectWithin('velocity', [size], await gpu.read(velocity), want.map((o) => o.velocity.value), (i) => want[i]?.velocity.error ?? NaN);
        expectWithin('weights', [size], await gpu.read(weights), want.map((o) => o.weight.value), (i) => want[i]?.weight.error ?? NaN);
      }
    },
  );

  it.each([false, true])('takes rate factors and decays a block of 64 and a clip from tables, decoupled: %s', async (decoupled) => {
    const size = 200;
    const rng = testRng('sgd tables');
    const [w, g, v] = [gaussians(rng, size), gaussians(rng, size), gaussians(rng, size)];
    const [weights, velocity] = [gpu.tensor([size], w), gpu.tensor([size], v)];
    // Powers of two, so that a product with them rounds nothing.
    const rows = [[1, 0.01], [2, 0], [0, 0.5], [0.25, 0.125]] as const;
    const tables = { factors: gpu.tensor([4, 2], rows.flat()), clip: gpu.tensor([2], [0.5, 7]) };
    const settings = { rate: 0.05, momentum: 0.9, decay: 100, decoupled };
    await gpu.run(await sgd(gpu.context(), { weights, velocity, grad: gpu.tensor([size], g), ...tables }, settings));
    const want = Array.from(w, (weight, i) => {
      const [factor, decay] = rows[i >> 6] ?? [NaN, NaN];
      return sgdOracle(weight, 0.5 * (g[i] ?? NaN), v[i] ?? NaN, { ...settings, rate: Math.fround(0.05) * factor, decay });
    });
    expectWithin('velocity', [size], await gpu.read(velocity), want.map((o) => o.velocity.value), (i) => want[i]?.velocity.error ?? NaN);
    expectWithin('weights', [size], await gpu.read(weights), want.map((o) => o.weight.value), (i) => want[i]?.weight.error ?? NaN);
  });

  it('refuses tables that are not the weights\'', async () => {
    const tensors = { weights: gpu.tensor([100]), grad: gpu.tensor([100]), velocity: gpu.tensor([100]) };
    await expect(sgd(gpu.context(), { ...tensors, factors: gpu.tensor([1, 2]) }, { rate: 1, momentum: 0, decay: 0 })).rejects.toThrow(/sgd factors/);
    await expect(sgd(gpu.context(), { ...tensors, clip: gpu.tensor([1]) }, { rate: 1, momentum: 0, decay: 0 })).rejects.toThrow(/sgd clip/);
  });

  it('refuses a gradient of another shape', async () => {
    const tensors = { weights: gpu.tensor([4]), grad: gpu.tensor([5]), velocity: gpu.tensor([4]) };
    await expect(sgd(gpu.context(), tensors, { rate: 1, momentum: 0, decay: 0 })).rejects.toThrow(ShapeError);
  });
});
