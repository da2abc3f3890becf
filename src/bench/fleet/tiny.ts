// A real search for the bench of faults, as small as one can be: nets of a few filters on synthetic images, trained on this machine's device by untuned
// kernels, so that a curve has the same bits wherever its epochs were trained.
import { createRng, type Candidate, type Runner, type Space } from '../../core/index.js';
import { syntheticImages, type ImageSource } from '../../data/index.js';
import type { BuildRunner, TrainerFacts, Training } from '../../fleet/index.js';
import { openDevice } from '../../gpu/index.js';
import { openGpu, PLATFORM_BACKEND, readKernels } from '../../host/index.js';
import { TrainRunner } from '../../nn/index.js';
import { NoRule } from '../../predict/index.js';
import { ChainSpace, chainSpaceDefaults, FullStrategy, sampledSource } from '../../search/index.js';
import { createStudy, memoryCheckpoints, runStudy, type StudyOptions } from '../../study/index.js';
import { createChooser } from '../../tune/index.js';

export interface TinySearch {
  readonly trials: number;
  readonly epochs: number;
  /** To train on. */
  readonly images: number;
}

const SIDE = 12;
const BATCH = 32;

export function tinyParts({ trials, epochs, images }: TinySearch): Pick<StudyOptions, 'header' | 'strategy' | 'rule'> {
  const { channels, height, width, classes } = imagesOf(images).train;
  const space = new ChainSpace({ ...chainSpaceDefaults, input: { channels, height, width }, classes, filters: [4, 8], units: [16], maxBlocks: 2, learningRate: [1e-3, 1e-2] });
  return { header: { name: 'tiny', epochs, seed: 1 }, strategy: new FullStrategy(sampledSource(smallBatches(space), createRng(1)), { trials, epochs, nth: 1 }), rule: new NoRule() };
}

export function tinyTraining({ images }: TinySearch): Training {
  return { images };
}

/** This machine's device, and whoever trains on it. */
export async function openTiny(): Promise<{ readonly facts: TrainerFacts; readonly build: BuildRunner; close(): void }> {
  const device = await openDevice({ gpu: await openGpu(), kernels: await readKernels(), backend: PLATFORM_BACKEND });
  const build = ({ images }: Training): Promise<Runner> => {
    const { train, test } = imagesOf(Number(images));
    return Promise.resolve(new TrainRunner({ context: { device, chooser: createChooser() }, train, validation: test, seed: 1 }));
  };
  const { name, driver } = device.facts;
  return { facts: { adapter: { name, driver }, kernels: '' }, build, close: () => device.destroy() };
}

export interface Undisturbed {
  readonly facts: TrainerFacts;
  readonly scoreOf: (trial: number, candidate: Candidate, epoch: number) => number;
}

/** The same search by the local loop, nothing disturbed. */
export async function trainedAlone(search: TinySearch): Promise<Undisturbed> {
  const { facts, build, close } = await openTiny();
  const store = memoryCheckpoints();
  const study = await createStudy({ ...tinyParts(search), checkpoints: store });
  await runStudy(study, await build(tinyTraining(search), () => undefined), store);
  const curves = study.state.trials.map(({ curve }) => curve);
  await study.close();
  close();
  return { facts, scoreOf: (trial, _, epoch) => curves[trial]?.[epoch - 1] ?? NaN };
}

function imagesOf(train: number): ImageSource {
  return syntheticImages({ train, test: 100, height: SIDE, width: SIDE, seed: 1 });
}

function smallBatches(space: Space): Space {
  const small = (candidate: Candidate): Candidate => ({ ...candidate, hp: { ...candidate.hp, batch_size: BATCH } });
  const { name, settings } = space;
  return {
    name, settings,
    sample: (rng) => small(space.sample(rng)),
    neighbours: (candidate, rng, most) => space.neighbours(candidate, rng, most).map(small),
    validate: (candidate) => space.validate(candidate),
  };
}
