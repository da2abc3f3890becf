// The oracle network against central differences of its own loss, in f64: what the GPU is measured with must be right first.
import { describe, expect, it } from 'vitest';
import { moments } from '../../../src/data/index.js';
import { parameterLayout } from '../../../src/nn/index.js';
import { DEEP_NETS, fieldsOf, imageField, imagesOf, NETS, randomWeights } from '../nets.js';
import { exact, type Field } from '../oracle/arithmetic.js';
import { pass, trainingLoss } from '../oracle/network.js';

const STEP = 1e-6;

describe('oracle network', () => {
  it.each(Object.entries({ ...NETS, ...DEEP_NETS }))('gradients of: %s', (name, architecture) => {
    const set = imagesOf(3);
    const [images, labels] = [imageField(set, moments(set)), [...set.labels]];
    const draws = { seed: 11, step: 3 };
    const weights = fieldsOf(architecture, randomWeights(architecture, name));
    const lossAt = (): number => trainingLoss(exact, architecture, weights, images, labels, draws);
    const { gradients } = pass(exact, architecture, weights, images, labels, draws);
    let checked = 0;
    for (const parameter of parameterLayout(architecture).slices.map((slice) => slice.name)) {
      const { v } = weights.get(parameter) as Field;
      for (let i = 0; i < v.length; i += Math.ceil(v.length / 4)) {
        const kept = v[i] as number;
        v[i] = kept + STEP;
        const above = lossAt();
        v[i] = kept - STEP;
        const below = lossAt();
        v[i] = kept;
        const slope = (above - below) / (2 * STEP);
        // Second-order error of the difference, and 1e-16 of cancellation over the step.
        expect(Math.abs((gradients.get(parameter)?.v[i] as number) - slope), `${parameter}[${i}]`).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(10);
  });
});
