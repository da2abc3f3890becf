// Training a step at a time: each step starts from the same f32 weights here and in the oracle, and what comes out may differ
// by what f32 rounding explains, carried through the layers, and by nothing else.
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/core/index.js';
import type { ImageSet } from '../../../src/data/index.js';
import { parameterLayout, trainSettings } from '../../../src/nn/index.js';
import { type Chooser, createChooser } from '../../../src/tune/index.js';
import { useDevice } from '../../ops/fixture.js';
import { DEEP_NETS, imagesOf, NETS } from '../nets.js';
import type { Field } from '../oracle/arithmetic.js';
import { compareSteps, deviceStep, distance, expectClose, oracleStep, randomState, velocitySpread } from './stepping.js';

const gpu = useDevice();
const BATCH = 8;
const SETTINGS = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0.9, weight_decay: 1e-3 });
const ALL = Object.entries({ ...NETS, ...DEEP_NETS });

/** This variant wherever a family has it and it fits; what the default is on other adapters is tried here too. */
function preferring(variant: string): Chooser {
  return createChooser({ forced: ({ candidates }) => candidates.find((candidate) => candidate.variant === variant) ?? null });
}

function run(architecture: Architecture, { images = BATCH, steps = 3, variant }: { images?: number; steps?: number; variant?: string } = {}): Promise<void> {
  const context = variant === undefined ? gpu.context() : { device: gpu.device, chooser: preferring(variant) };
  return compareSteps(context, { architecture, settings: SETTINGS, batch: () => imagesOf(images), steps }, (compared) => expectClose(architecture, compared));
}

describe('a training step', () => {
  it.each(ALL)('of: %s', (_, architecture) => run(architecture));

  it.each(['plain', 'tiled'].flatMap((variant) => ALL.map(([name, architecture]) => [variant, name, architecture] as const)))('with %s kernels of: %s', (variant, _, architecture) =>
    run(architecture, { variant, steps: 1 }));

  // Statistics of a batch that is not full are of its own images alone.
  it.each(ALL)('with a batch that is not full, of: %s', (_, architecture) => run(architecture, { images: BATCH - 3, steps: 1 }));

  it('bounds are tight enough to notice one image too few', () => expectMissed(NETS['conv, max pool twice, two dense'] as Architecture));
});

/**
 * Worst cases add up through a batch norm, whose mean and variance every element of a channel feels: after a few of them an
 * element's bound says little. A tensor's distance from the f64 step says more: ten f32 steps that add in permuted orders tell how
 * large it may be. Thrice their largest: the device's roundings are another draw, of tensors as small as three elements.
 */
const SPREAD = 3;
const SPREAD_STEP = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0 });

describe('a step of a deep network', () => {
  it.each(Object.entries(DEEP_NETS))('stays within the spread of f32 steps, which one image too few leaves: %s', async (name, architecture) => {
    const [all, state] = [imagesOf(BATCH), randomState(architecture, name)];
    const want = oracleStep(architecture, SPREAD_STEP, state, all);
    const spread = velocitySpread({ architecture, settings: SPREAD_STEP }, state, all, want);
    const ratios = ({ velocity }: { velocity: Float32Array }): [name: string, ratio: number][] =>
      parameterLayout(architecture).slices.map(({ name: parameter, start, size }) => [parameter, distance(velocity.subarray(start, start + size), (want.velocity.get(parameter) as Field).v) / (spread.get(parameter) as number)]);
    const got = ratios(await deviceStep(gpu.context(), architecture, SPREAD_STEP, state, all));
    expect(got.filter(([, ratio]) => !(ratio < SPREAD))).toEqual([]);
    // A bias under a batch norm has no gradient but for rounding, with any images.
    const missed = ratios(await deviceStep(gpu.context(), architecture, SPREAD_STEP, state, withoutLast(all))).filter(([parameter]) => !(name.includes('units') && parameter === 'layers.0.bias'));
    expect(missed.filter(([, ratio]) => !(ratio > 100 * SPREAD))).toEqual([]);
  });
});

function withoutLast(set: ImageSet): ImageSet {
  const count = set.count - 1;
  return { ...set, count, images: set.images.subarray(0, (set.images.length / set.count) * count), labels: set.labels.subarray(0, count) };
}

/** The oracle sees all images, the device one less: every parameter's gradient must be off somewhere. */
async function expectMissed(architecture: Architecture): Promise<void> {
  const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0 });
  const all = imagesOf(BATCH);
  const state = randomState(architecture, 'short');
  const { velocity: got } = await deviceStep(gpu.context(), architecture, settings, state, withoutLast(all));
  const { velocity: want } = oracleStep(architecture, settings, state, all);
  for (const { name, start } of parameterLayout(architecture).slices) {
    const { v, e } = want.get(name) as Field;
    expect(v.some((value, i) => Math.abs(value - (got[start + i] as number)) > (e[i] as number)), name).toBe(true);
  }
}
