// RMSProp against an f64 oracle, and the oracle against the textbook.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/index.js';
import { rmsprop, rmspropParams, type RmspropSettings } from '../../../src/ops/optimizers/rmsprop.js';
import { expectWithin, gaussians, testRng, useDevice } from '../fixture.js';
import { folded } from '../oracle/folded.js';
import { rmspropOracle, rmspropTextbook } from '../oracle/optimizer.js';

const gpu = useDevice();

const SETTINGS: readonly RmspropSettings[] = [
  { rate: 1e-3, decay: 0 },
  { rate: 0.02, decay: 5e-4, alpha: 0.9, epsilon: 1e-3, momentum: 0.9 },
  { rate: 0.02, decay: 0.01, momentum: 0.5, decoupled: true },
];

describe('rmsprop', () => {
  it.each([1, 7, 64, 1290].flatMap((size) => SETTINGS.map((settings) => ({ size, settings }))))('$size weights, four steps, $settings', async ({ size, settings }) => {
    const rng = testRng(`rmsprop ${size}`);
    const grads = gaussians(rng, size);
    if (size > 7) grads.fill(0, 3, 6);
    const tensors = {
      weights: gpu.tensor([size], gaussians(rng, size)),
      grad: gpu.tensor([size], grads),
      square: gpu.tensor([size], new Float32Array(size)),
      velocity: gpu.tensor([size], new Float32Array(size)),
    };
    const dispatches = await rmsprop(gpu.context(), tensors, settings);
    for (const rate of [settings.rate, settings.rate, settings.rate / 3, 0.1]) {
      const [w, s, b] = [await gpu.read(tensors.weights), await gpu.read(tensors.square), await gpu.read(tensors.velocity)];
      const params = rmspropParams({ ...settings, rate });
      dispatches.forEach((dispatch) => dispatch.params.set(params));
      await gpu.run(size % 2 ? dispatches : folded(dispatches));
      const want = Array.from(w, (weight, i) => rmspropOracle({ weight, grad: grads[i] ?? NaN, square: s[i] ?? NaN, velocity: b[i] ?? NaN }, params, settings.decoupled));
      expectWithin('square', [size], await gpu.read(tensors.square), want.map((o) => o.square.value), (i) => want[i]?.square.error ?? NaN);
      expectWithin('velocity', [size], await gpu.read(tensors.velocity), want.map((o) => o.velocity.value), (i) => want[i]?.velocity.error ?? NaN);
      expectWithin('weights', [size], await gpu.read(tensors.weights), want.map((o) => o.weight.value), (i) => want[i]?.weight.error ?? NaN);
    }
  });

  it('refuses state of another shape', async () => {
    const tensors = { weights: gpu.tensor([4]), grad: gpu.tensor([4]), square: gpu.tensor([5]), velocity: gpu.tensor([4]) };
    await expect(rmsprop(gpu.context(), tensors, { rate: 1, decay: 0 })).rejects.toThrow(ShapeError);
  });
});

describe('rmsprop oracle', () => {
  it.each(SETTINGS)('is the textbook method step by step, %o', (settings) => {
    const grads = [0.3, -1.2, 0.05, 2.5, -0.7];
    let state = { weight: 0.9, square: 0, velocity: 0 };
    for (const grad of grads) {
      const next = rmspropOracle({ ...state, grad }, rmspropParams(settings), settings.decoupled);
      state = { weight: next.weight.value, square: next.square.value, velocity: next.velocity.value };
    }
    // The oracle's params are rounded to f32, the textbook's are not: 1 - alpha loses 2^-24 of itself, steps are below 1.
    expect(Math.abs(state.weight - rmspropTextbook(0.9, grads, settings))).toBeLessThan(4 * 2 ** -24 * grads.length);
  });
});
