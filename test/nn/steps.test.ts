// Training a step at a time: each step starts from the same f32 weights here and in the oracle, and what comes out may differ
// by what f32 rounding explains, carried through the layers, and by nothing else.
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/core/index.js';
import type { ImageSet } from '../../src/data/index.js';
import { parameterLayout, trainSettings } from '../../src/nn/index.js';
import { type Chooser, createChooser } from '../../src/tune/index.js';
import { useDevice } from '../ops/fixture.js';
import { imagesOf, NETS } from './nets.js';
import type { Field } from './oracle/arithmetic.js';
import { compareSteps, deviceStep, expectClose, oracleStep, randomState } from './stepping.js';

const gpu = useDevice();
const BATCH = 8;
const SETTINGS = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0.9, weight_decay: 1e-3 });
const ALL = Object.entries(NETS);

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

  it('bounds are tight enough to notice one image too few', async () => {
    const architecture = NETS['conv, max pool twice, two dense'] as Architecture;
    await expectMissed(architecture);
  });
});

/** The oracle sees all images, the device one less: every parameter's gradient must be off somewhere. */
async function expectMissed(architecture: Architecture): Promise<void> {
  const settings = trainSettings({ batch_size: BATCH, learning_rate: 0.05, momentum: 0 });
  const all = imagesOf(BATCH);
  const short: ImageSet = { ...all, count: BATCH - 1, images: all.images.subarray(0, (all.images.length / BATCH) * (BATCH - 1)), labels: all.labels.subarray(0, BATCH - 1) };
  const state = randomState(architecture, 'short');
  const { velocity: got } = await deviceStep(gpu.context(), architecture, settings, state, short);
  const { velocity: want } = oracleStep(architecture, settings, state, all);
  for (const { name, start } of parameterLayout(architecture).slices) {
    const { v, e } = want.get(name) as Field;
    expect(v.some((value, i) => Math.abs(value - (got[start + i] as number)) > (e[i] as number)), name).toBe(true);
  }
}
