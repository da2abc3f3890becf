// Fifty steps of a small Cuda-Convnet, LRN, its own first weights and all, each compared with the oracle's step from the same weights.
import { expect, it } from 'vitest';
import { createRng, cudaConvnet } from '../../../src/core/index.js';
import { syntheticImages, takeImages } from '../../../src/data/index.js';
import { initialWeights, parameterLayout, trainSettings } from '../../../src/nn/index.js';
import { useDevice } from '../../ops/fixture.js';
import { compareSteps, expectClose } from './stepping.js';

const gpu = useDevice();
const STEPS = 50;
const BATCH = 4;
const INPUT = { channels: 2, height: 12, width: 13 };
const CLASSES = 4;

it('a small Cuda-Convnet trains fifty steps as the oracle does', async () => {
  const architecture = cudaConvnet({ input: INPUT, classes: CLASSES, multiplier: 0.1, lrnScale: 0.5 });
  const { train } = syntheticImages({ seed: 'cuda', train: 40, test: CLASSES, classes: CLASSES, ...INPUT });
  const layout = parameterLayout(architecture);
  // Caffe's deviation of 1e-4 would leave a net of three filters a step's rounding away from nothing: tenfold weights.
  const weights = initialWeights(layout, createRng('cuda')).map((w) => 10 * w);
  const from = { weights, velocity: new Float32Array(layout.length) };
  const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0.9, weight_decay: 4e-3 });
  const batch = (step: number) => takeImages(train, Array.from({ length: BATCH }, (_, i) => (step * BATCH + i) % train.count));
  const losses: number[] = [];
  await compareSteps(gpu.context(), { architecture, settings, batch, steps: STEPS, from }, (compared) => {
    expectClose(architecture, compared);
    losses.push(compared.got.loss);
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)));
}, 120_000);
