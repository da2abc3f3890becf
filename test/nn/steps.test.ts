// Training a step at a time: each step starts from the same f32 weights here and in the oracle, and what comes out may differ
// by what f32 rounding explains, carried through the layers, and by nothing else.
import { describe, expect, it } from 'vitest';
import { architectureHash, type Architecture } from '../../src/core/index.js';
import { type ImageSet, moments } from '../../src/data/index.js';
import { beginTraining, decodeSnapshot, encodeSnapshot, parameterLayout, type Snapshot, trainSettings, type TrainSettings, uploadImages } from '../../src/nn/index.js';
import { type Chooser, createChooser } from '../../src/tune/index.js';
import { expectWithin, type GpuFixture, useDevice } from '../ops/fixture.js';
import { fieldsOf, flatOf, imageField, imagesOf, NETS, randomWeights } from './nets.js';
import { exact, field, type Field } from './oracle/arithmetic.js';
import { type Fields, type Pass, pass } from './oracle/network.js';
import { update } from './oracle/update.js';

const gpu = useDevice();
const BATCH = 8;
const STEPS = 3;

interface Compared {
  readonly got: { weights: Float32Array; velocity: Float32Array; loss: number; accuracy: number };
  readonly want: { weights: Fields; velocity: Fields; pass: Pass };
}

/** One step on the device and one in the oracle from the same weights and velocities. */
async function compare(architecture: Architecture, set: ImageSet, settings: TrainSettings, seen: (compared: Compared) => void, variant?: string): Promise<void> {
  const scale = moments(set);
  const images = uploadImages(gpu.device, set, scale);
  const context = variant === undefined ? gpu.context() : { device: gpu.device, chooser: preferring(variant) };
  const training = await beginTraining(context, { architecture, settings, seed: 'steps', train: images, validation: images });
  let weights = randomWeights(architecture, architectureHash(architecture));
  let velocity = new Float32Array(weights.length);
  const header = { architecture: architectureHash(architecture), optimizer: 'sgd', epoch: 0, step: 0 };
  for (let i = 0; i < STEPS; i++) {
    training.load(encodeSnapshot({ ...header, weights, state: [velocity] }));
    const { train } = await training.epoch();
    const after = decode(await training.snapshot(), header, weights.length);
    const want = oracleStep(architecture, settings, { weights, velocity }, imageField(set, scale), [...set.labels]);
    seen({ got: { weights: after.weights, velocity: after.state[0] as Float32Array, ...train }, want });
    weights = flatOf(architecture, want.weights);
    velocity = flatOf(architecture, want.velocity);
  }
  training.release();
  images.release();
}

/** This variant wherever a family has it and it fits; what the default is on other adapters is tried here too. */
function preferring(variant: string): Chooser {
  return createChooser({ forced: ({ candidates }) => candidates.find((candidate) => candidate.variant === variant) ?? null });
}

function decode(bytes: Uint8Array, header: { architecture: string; optimizer: string }, length: number): Snapshot {
  return decodeSnapshot(bytes, { ...header, length, states: 1 });
}

function oracleStep(architecture: Architecture, settings: TrainSettings, from: { weights: Float32Array; velocity: Float32Array }, images: Field, labels: number[]): Compared['want'] {
  const [weights, velocity] = [fieldsOf(architecture, from.weights), fieldsOf(architecture, from.velocity)];
  const result = pass(exact, architecture, weights, images, labels);
  for (const [name, weight] of weights) update(settings, settings.learningRate, 1, weight, result.gradients.get(name) ?? field([0]), [velocity.get(name) ?? field([0])]);
  return { weights, velocity, pass: result };
}

function expectClose(architecture: Architecture, { got, want }: Compared): void {
  for (const { name, shape, start, size } of parameterLayout(architecture).slices) {
    for (const what of ['velocity', 'weights'] as const) {
      const oracle = want[what].get(name) as Field;
      expectWithin(`${what} ${name}`, shape, got[what].subarray(start, start + size), oracle.v, (i) => oracle.e[i] as number);
    }
  }
  expect(Math.abs(got.loss - want.pass.loss)).toBeLessThan(want.pass.lossBound);
}

describe('a training step', () => {
  it.each(Object.entries(NETS))('of: %s', async (_, architecture) => {
    const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0.9, weight_decay: 1e-3 });
    await compare(architecture, imagesOf(BATCH), settings, (compared) => expectClose(architecture, compared));
  });

  it.each(['plain', 'tiled'].flatMap((variant) => Object.entries(NETS).map(([name, architecture]) => [variant, name, architecture] as const)))('with %s kernels of: %s', async (variant, _, architecture) => {
    const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0.9, weight_decay: 1e-3 });
    await compare(architecture, imagesOf(BATCH), settings, (compared) => expectClose(architecture, compared), variant);
  });

  it('with a batch that is not full', async () => {
    const architecture = NETS['conv, max pool twice, two dense'] as Architecture;
    const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0.9 });
    await compare(architecture, imagesOf(BATCH - 3), settings, (compared) => expectClose(architecture, compared));
  });

  it('bounds are tight enough to notice one image too few', async () => {
    const architecture = NETS['conv, max pool twice, two dense'] as Architecture;
    const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0 });
    await expectLossOf(gpu, architecture, settings);
  });
});

/** The oracle sees all images, the device one less: every parameter's gradient must be off somewhere. */
async function expectLossOf(fixture: GpuFixture, architecture: Architecture, settings: TrainSettings): Promise<void> {
  const all = imagesOf(BATCH);
  const scale = moments(all);
  const short: ImageSet = { ...all, count: BATCH - 1, images: all.images.subarray(0, (all.images.length / BATCH) * (BATCH - 1)), labels: all.labels.subarray(0, BATCH - 1) };
  const images = uploadImages(fixture.device, short, scale);
  const training = await beginTraining(fixture.context(), { architecture, settings, seed: 'steps', train: images, validation: images });
  const weights = randomWeights(architecture, 'short');
  const velocity = new Float32Array(weights.length);
  const header = { architecture: architectureHash(architecture), optimizer: 'sgd', epoch: 0, step: 0 };
  training.load(encodeSnapshot({ ...header, weights, state: [velocity] }));
  await training.epoch();
  const got = decode(await training.snapshot(), header, weights.length).state[0] as Float32Array;
  const { velocity: want } = oracleStep(architecture, settings, { weights, velocity }, imageField(all, scale), [...all.labels]);
  for (const { name, start } of parameterLayout(architecture).slices) {
    const { v, e } = want.get(name) as Field;
    expect(v.some((value, i) => Math.abs(value - (got[start + i] as number)) > (e[i] as number)), name).toBe(true);
  }
  training.release();
  images.release();
}
