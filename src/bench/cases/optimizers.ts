// Weight updates over one flat tensor: nothing but memory traffic, so percent of roofline is percent of the copy bandwidth.
import { adam, rmsprop, sgd } from '../../ops/index.js';
import type { Choice } from '../../tune/index.js';
import type { BenchCase } from './case.js';
import { type Expected, type Inputs, kernelCase, need } from './kernel-case.js';

export const OPTIMIZER_SIZES: readonly number[] = [2 ** 16, 2 ** 20];

const PLAIN: Choice = { variant: 'plain', spec: {}, overrides: {} };
const SGD = { rate: 0.01, momentum: 0.9, decay: 1e-4 };
const ADAM = { rate: 1e-3, decay: 0 };
const RMSPROP = { rate: 1e-3, alpha: 0.99, momentum: 0.9, decay: 0 };

export function sgdCase(size: number): BenchCase {
  return optimizerCase('sgd', size, { state: ['velocity'], flops: 6, expected: ({ weights, grad }, at) => {
    const w = weights?.[at] ?? NaN;
    const step = SGD.rate * ((grad?.[at] ?? NaN) + SGD.decay * w);
    return { value: w - step, allowed: 4 * 2 ** -24 * (Math.abs(w) + Math.abs(step)) };
  } });
}

export function adamCase(size: number): BenchCase {
  return optimizerCase('adam', size, { state: ['first', 'second'], flops: 12, expected: ({ weights, grad }, at) => {
    // The first step: both means are corrected to the gradient itself.
    const [w, g] = [weights?.[at] ?? NaN, grad?.[at] ?? NaN];
    const step = (ADAM.rate * g) / (Math.abs(g) + 1e-8);
    return { value: w - step, allowed: 2 ** -23 * Math.abs(w) + 2 ** -18 * Math.abs(step) };
  } });
}

export function rmspropCase(size: number): BenchCase {
  return optimizerCase('rmsprop', size, { state: ['square', 'velocity'], flops: 10, expected: ({ weights, grad }, at) => {
    // The first step: the mean of squares is a hundredth of this one, nothing is kept by momentum yet.
    const [w, g] = [weights?.[at] ?? NaN, grad?.[at] ?? NaN];
    const step = (RMSPROP.rate * g) / (Math.sqrt(1 - RMSPROP.alpha) * Math.abs(g) + 1e-8);
    return { value: w - step, allowed: 2 ** -23 * Math.abs(w) + 2 ** -18 * Math.abs(step) };
  } });
}

interface Optimizer {
  readonly state: readonly string[];
  /** Operations a weight. */
  readonly flops: number;
  expected(inputs: Inputs, at: number): Expected;
}

function optimizerCase(name: 'sgd' | 'adam' | 'rmsprop', size: number, { state, flops, expected }: Optimizer): BenchCase {
  const extents = [size];
  return kernelCase({
    name,
    shape: `${size}`,
    axes: { size },
    flops: flops * size,
    // Weights and state read and written, the gradient read.
    bytes: 4 * size * (2 * (1 + state.length) + 1),
    choices: () => [PLAIN],
    family: name,
    direction: 'forward',
    tensors: {
      weights: { extents, fill: 'normal' },
      grad: { extents, fill: 'normal' },
      ...Object.fromEntries(state.map((tensor) => [tensor, { extents, fill: 'zero' as const }])),
    },
    output: 'weights',
    dispatches: (context, t) => {
      const common = { weights: need(t['weights']), grad: need(t['grad']) };
      if (name === 'sgd') return sgd(context, { ...common, velocity: need(t['velocity']) }, SGD);
      if (name === 'rmsprop') return rmsprop(context, { ...common, square: need(t['square']), velocity: need(t['velocity']) }, RMSPROP);
      return adam(context, { ...common, first: need(t['first']), second: need(t['second']) }, ADAM);
    },
    expected,
  });
}
