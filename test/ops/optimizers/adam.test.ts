// Adam against an f64 oracle, and the oracle against the textbook.
import { describe, expect, it } from 'vitest';
import { KernelError } from '../../../src/core/index.js';
import { adam, adamParams, type AdamSettings } from '../../../src/ops/optimizers/adam.js';
import { expectWithin, gaussians, testRng, useDevice } from '../fixture.js';
import { folded } from '../oracle/folded.js';
import { adamOracle, adamTextbook } from '../oracle/optimizer.js';

const gpu = useDevice();

const SETTINGS: readonly AdamSettings[] = [
  { rate: 1e-3, decay: 0 },
  { rate: 0.02, decay: 5e-4, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
  { rate: 0.02, decay: 0.01, decoupled: true },
];

describe('adam', () => {
  it.each([1, 7, 64, 1290].flatMap((size) => SETTINGS.map((settings) => ({ size, settings }))))('$size weights, four steps, $settings', async ({ size, settings }) => {
    const rng = testRng(`adam ${size}`);
    const grads = gaussians(rng, size);
    if (size > 7) grads.fill(0, 3, 6);
    const tensors = {
      weights: gpu.tensor([size], gaussians(rng, size)),
      grad: gpu.tensor([size], grads),
      first: gpu.tensor([size], new Float32Array(size)),
      second: gpu.tensor([size], new Float32Array(size)),
    };
    const dispatches = await adam(gpu.context(), tensors, settings);
    for (let step = 1; step <= 4; step++) {
      const [w, m, v] = [await gpu.read(tensors.weights), await gpu.read(tensors.first), await gpu.read(tensors.second)];
      const params = adamParams(settings, step);
      dispatches.forEach((dispatch) => dispatch.params.set(params));
      await gpu.run(size % 2 ? dispatches : folded(dispatches));
      const want = Array.from(w, (weight, i) => adamOracle({ weight, grad: grads[i] ?? NaN, first: m[i] ?? NaN, second: v[i] ?? NaN }, params, settings.decoupled));
      expectWithin('first', [size], await gpu.read(tensors.first), want.map((o) => o.first.value), (i) => want[i]?.first.error ?? NaN);
      expectWithin('second', [size], await gpu.read(tensors.second), want.map((o) => o.second.value), (i) => want[i]?.second.error ?? NaN);
      expectWithin('weights', [size], await gpu.read(tensors.weights), want.map((o) => o.weight.value), (i) => want[i]?.weight.error ?? NaN);
    }
  });

  it('takes rate factors and decays a block of 64 and a clip from tables', async () => {
    const size = 100;
    const rng = testRng('adam tables');
    const [w, g] = [gaussians(rng, size), gaussians(rng, size)];
    const tensors = { weights: gpu.tensor([size], w), first: gpu.tensor([size], new Float32Array(size)), second: gpu.tensor([size], new Float32Array(size)) };
    // Powers of two, so that a product with them rounds nothing.
    const rows = [[2, 0.25], [0.5, 0]] as const;
    const tables = { factors: gpu.tensor([2, 2], rows.flat()), clip: gpu.tensor([2], [0.25, 7]) };
    await gpu.run(await adam(gpu.context(), { ...tensors, grad: gpu.tensor([size], g), ...tables }, { rate: 1e-3, decay: 100 }));
    const params = adamParams({ rate: 1e-3, decay: 100 }, 1);
    const want = Array.from(w, (weight, i) => {
      const [factor, decay] = rows[i >> 6] ?? [NaN, NaN];
      return adamOracle({ weight, grad: 0.25 * (g[i] ?? NaN), first: 0, second: 0 }, { ...params, rate: Math.fround(1e-3) * factor, decay }).weight;
    });
    expectWithin('weights', [size], await gpu.read(tensors.weights), want.map(({ value }) => value), (i) => want[i]?.error ?? NaN);
  });

  it('refuses step 0, whose bias correction divides by zero', () => {
    expect(() => adamParams({ rate: 1e-3, decay: 0 }, 0)).toThrow(KernelError);
  });
});

describe('adam oracle', () => {
  it.each(SETTINGS)('is the textbook method step by step, %o', (settings) => {
    const grads = [0.3, -1.2, 0.05, 2.5, -0.7];
    let state = { weight: 0.9, first: 0, second: 0 };
    grads.forEach((grad, i) => {
      const next = adamOracle({ ...state, grad }, adamParams(settings, i + 1), settings.decoupled);
      state = { weight: next.weight.value, first: next.first.value, second: next.second.value };
    });
    // The oracle's params are rounded to f32, the textbook's are not: 1 - beta2 loses 2^-24 / .001.
    expect(Math.abs(state.weight - adamTextbook(0.9, grads, settings))).toBeLessThan(2 ** -24 * 0.9 * grads.length);
  });
});
