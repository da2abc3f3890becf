// The oracle network against central differences of its own loss, in f64: what the GPU is measured with must be right first.
import { describe, expect, it } from 'vitest';
import { moments } from '../../src/data/index.js';
import { fieldsOf, imageField, imagesOf, NETS, randomWeights } from './nets.js';
import { exact } from './oracle/arithmetic.js';
import { look, pass } from './oracle/network.js';

const STEP = 1e-5;

describe('oracle network', () => {
  it.each(Object.entries(NETS))('gradients of: %s', (name, architecture) => {
    const set = imagesOf(3);
    const [images, labels] = [imageField(set, moments(set)), [...set.labels]];
    const weights = fieldsOf(architecture, randomWeights(architecture, name));
    const lossAt = (): number => look(exact, architecture, weights, images, labels).loss;
    const { gradients } = pass(exact, architecture, weights, images, labels);
    let checked = 0;
    for (const [parameter, { v }] of weights) {
      for (let i = 0; i < v.length; i += Math.ceil(v.length / 5)) {
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
