// A free run drifts: rounding feeds back through the weights. So the device is compared with ten f32 oracles that add in
// permuted orders: after a few epochs it may lie as far from the f64 run as such runs do, and no further.
import { describe, expect, it } from 'vitest';
import { type Architecture, architectureHash, createRng } from '../../../src/core/index.js';
import { batches, moments, order, takeImages } from '../../../src/data/index.js';
import { beginTraining, decodeSnapshot, parameterLayout, trainSettings, uploadImages } from '../../../src/nn/index.js';
import { useDevice } from '../../ops/fixture.js';
import { fieldsOf, flatOf, imageField, imagesOf, NETS } from '../nets.js';
import { type Arithmetic, exact, field, type Field, single } from '../oracle/arithmetic.js';
import { pass } from '../oracle/network.js';
import { update } from '../oracle/update.js';

const gpu = useDevice();
const EPOCHS = 2;
const ORACLES = 10;
const SETTINGS = trainSettings({ batch_size: 8, learning_rate: 0.03, momentum: 0.9, weight_decay: 1e-3 });
const SET = imagesOf(12);
const SEED = 'spread';

function freeRun(arithmetic: Arithmetic, architecture: Architecture, first: Float32Array): Float32Array {
  const round = (f: Field): void => f.v.forEach((v, i) => (f.v[i] = arithmetic.round(v)));
  const [weights, velocity] = [fieldsOf(architecture, first), fieldsOf(architecture, new Float32Array(first.length))];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const seen = takeImages(SET, order(SEED, epoch, SET.count));
    for (const { start, count } of batches(SET.count, SETTINGS.batch)) {
      const batch = takeImages(seen, Array.from({ length: count }, (_, i) => start + i));
      const images = imageField(batch, moments(SET));
      round(images);
      const { gradients } = pass(arithmetic, architecture, weights, { ...images, e: images.e.fill(0) }, [...batch.labels]);
      for (const [name, weight] of weights) {
        const v = velocity.get(name) ?? field([0]);
        update(SETTINGS, SETTINGS.learningRate, 1, weight, gradients.get(name) ?? field([0]), [v]);
        [weight, v].forEach((f) => (round(f), f.e.fill(0)));
      }
    }
  }
  return flatOf(architecture, weights);
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0));
}

describe('a free run', () => {
  it.each(['conv, max pool twice, two dense', 'dense alone'])('stays within the spread of f32 runs: %s', async (name) => {
    const architecture = NETS[name] as Architecture;
    const images = uploadImages(gpu.device, SET, moments(SET));
    const training = await beginTraining(gpu.context(), { architecture, settings: SETTINGS, seed: SEED, train: images, validation: images });
    const read = async (): Promise<Float32Array> => {
      const { length } = parameterLayout(architecture);
      return decodeSnapshot(await training.snapshot(), { architecture: architectureHash(architecture), optimizer: 'sgd', length, states: 1 }).weights;
    };
    const first = await read();
    for (let epoch = 0; epoch < EPOCHS; epoch++) await training.epoch();
    const got = await read();
    training.release();
    images.release();

    const want = freeRun(exact, architecture, first);
    const spread = Array.from({ length: ORACLES }, (_, i) => distance(freeRun(single(createRng(i)), architecture, first), want));
    const moved = distance(first, want);
    const worst = Math.max(...spread);
    expect(moved).toBeGreaterThan(1000 * worst);
    // One more draw of the same kind lies beyond ten others' maximum in 1 case of 11; twice that in none.
    expect(distance(got, want)).toBeLessThan(2 * worst);
  });
});
