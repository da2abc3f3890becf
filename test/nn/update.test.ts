// The update of a whole network: schedules' params, rates and decays of single layers and the clip reach the kernels, gaps stay zero.
import { describe, expect, it } from 'vitest';
import { TrialError } from '../../src/core/index.js';
import { layoutOf, type ParameterSlice, stateCount, trainSettings, updateDispatches, updateParams } from '../../src/nn/index.js';
import { expectWithin, gaussians, testRng, useDevice } from '../ops/fixture.js';
import { adamOracle, type Bounded, rmspropOracle, sgdOracle } from '../ops/oracle/optimizer.js';

const gpu = useDevice();

function spec(name: string, role: ParameterSlice['role'], shape: readonly number[], stream: string) {
  return { name, role, shape, stream, layer: `named${stream}`, first: { constant: 0 } };
}

const LAYOUT = layoutOf([spec('a.weight', 'weight', [10, 13], '0'), spec('a.bias', 'bias', [10], '0'), spec('b.weight', 'weight', [70], '1'), spec('b.bias', 'bias', [3], '1')]);

/** Powers of two where the kernel multiplies, so that the oracle's factor rounds nothing. */
const OWN = { weight_decay: 0.03, 'weight_decay.named0': 0.5, 'rate_factor.1': 0.25, bias_rate_factor: 2, bias_decay_factor: 0 };
const RATES = [1, 2, 0.25, 0.5];
const DECAYS = [0.5, 0, 0.03, 0];

function flat(name: string): Float32Array<ArrayBuffer> {
  const values = new Float32Array(LAYOUT.length);
  for (const { start, size } of LAYOUT.slices) values.set(gaussians(testRng(`${name} ${start}`), size), start);
  return values;
}

const CASES = [
  { name: 'SGD', hp: { optimizer: 0 } },
  { name: 'SGD, Nesterov, decoupled', hp: { optimizer: 0, nesterov: 1, decoupled: 1 } },
  { name: 'Adam', hp: { optimizer: 1 } },
  { name: 'AdamW', hp: { optimizer: 1, decoupled: 1, beta1: 0.8 } },
  { name: 'RMSProp', hp: { optimizer: 2, rms_alpha: 0.9, momentum: 0.5 } },
];

describe('an update', () => {
  it.each(CASES)('of layers with rates and decays of their own: $name', async ({ hp }) => {
    const settings = trainSettings({ learning_rate: 0.1, momentum: 0.9, ...hp, ...OWN });
    const [w, g] = [flat('w'), flat('g')];
    const states = Array.from({ length: stateCount(settings) }, (_, i) => flat(`state ${i}`).map(Math.abs));
    const tensors = { weights: gpu.tensor([w.length], w), gradients: gpu.tensor([w.length], g), state: states.map((values) => gpu.tensor([w.length], values)) };
    const dispatches = await updateDispatches(gpu.context(), tensors, settings, LAYOUT);
    const params = updateParams(settings, 0.01, 3);
    dispatches.forEach((dispatch) => dispatch.params.set(params));
    await gpu.run(dispatches);
    const want = Array.from(w, (weight, i): Bounded => {
      const slice = LAYOUT.slices.findIndex(({ start, size }) => i >= start && i < start + size);
      const [grad = NaN, first = NaN, second = NaN] = [g[i], states[0]?.[i], states[1]?.[i]];
      const own = { ...params, rate: Math.fround(0.01) * (RATES[slice] ?? 0), decay: DECAYS[slice] ?? 0 };
      if (settings.optimizer === 'sgd') return sgdOracle(weight, grad, first, { ...settings, ...own }).weight;
      if (settings.optimizer === 'adam') return adamOracle({ weight, grad, first, second }, own, settings.decoupled).weight;
      return rmspropOracle({ weight, grad, square: first, velocity: second }, own, settings.decoupled).weight;
    });
    expectWithin('weights', [w.length], await gpu.read(tensors.weights), want.map(({ value }) => value), (i) => want[i]?.error ?? NaN);
  });

  it('scales a gradient down to the norm it is clipped to, and leaves a shorter one as it is', async () => {
    const g = flat('g');
    const norm = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
    for (const limit of [norm / 8, norm * 2]) {
      const settings = trainSettings({ learning_rate: 1, momentum: 0, clip_norm: limit });
      const tensors = { weights: gpu.tensor([g.length], new Float32Array(g.length)), gradients: gpu.tensor([g.length], g), state: [gpu.tensor([g.length], new Float32Array(g.length))] };
      await gpu.run(await updateDispatches(gpu.context(), tensors, settings, LAYOUT));
      const factor = Math.min(1, limit / norm);
      // The norm's own error: see ops/optimizers/clip.test.ts.
      const relative = factor === 1 ? 0 : Math.sqrt(g.length) * 2 ** -24 + 8 * 2 ** -23;
      expectWithin('weights', [g.length], await gpu.read(tensors.weights), Float64Array.from(g, (x) => -factor * x), (i) => relative * factor * Math.abs(g[i] ?? NaN));
    }
  });

  it('is refused for a layer that is not there, with nothing taken', async () => {
    const tensors = { weights: gpu.tensor([LAYOUT.length]), gradients: gpu.tensor([LAYOUT.length]), state: [gpu.tensor([LAYOUT.length])] };
    await expect(updateDispatches(gpu.context(), tensors, trainSettings({ 'weight_decay.2': 1 }), LAYOUT)).rejects.toThrow(TrialError);
  });
});
