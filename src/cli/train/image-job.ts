// An image classifier as a job: opens the data, divides it, and hands the machine's trainer one candidate.
import { architectureHash, describeArchitecture, hashBytes, hashOf, weightCount, type Architecture, type Candidate, type Json } from '../../core/index.js';
import { isStream, splitNumbers, subsetNumbers, takeImages, takeStream, type ImageSet, type ImageStream } from '../../data/index.js';
import type { OpenedImages } from '../../host/index.js';
import { HYPERPARAMETERS, isHyperparameter, trainSettings } from '../../nn/index.js';
import { parseDecision } from '../../tune/index.js';
import type { Machine, TrainingSettings } from '../machine.js';
import { plainDecision } from '../search/tune-notes.js';
import { logTo, type Terminal } from '../terminal.js';
import type { Job, OpenJob } from './job.js';
import { networkFor } from './network.js';
import type { TrainOptions } from './options.js';
import { parseSettings, type RunSettings } from './settings.js';
import { tuningFor } from './tuning-for.js';

type Images = ImageSet | ImageStream;

interface Parts {
  readonly train: Images;
  readonly validation: Images;
  /** Null where it is what judges each epoch. */
  readonly test: Images | null;
}

const VALIDATION_SHARE = 0.1;

/** `choices`: the tuner's, of the checkpoint that is gone on with. */
export async function imageJob(options: TrainOptions & { readonly net: string; readonly data: string }, machine: Machine, terminal: Terminal, choices: readonly Json[]): Promise<Job> {
  const { run, hp } = parseSettings(options.set ?? {}, Object.keys(HYPERPARAMETERS), isHyperparameter);
  const given: Candidate['hp'] = { ...hp, ...(options.batch === undefined ? {} : { batch_size: options.batch }) };
  const settings = trainSettings(given);
  const log = logTo(terminal);
  const opened = await machine.openImages(options.data, folderOptions(run), log);
  const parts = partsOf(opened, run, options.seed);
  const { channels, height, width, classes } = parts.train;
  const architecture = networkFor(options.net, { input: { channels, height, width }, classes });
  const candidate = { architecture, ap: {}, hp: given };
  const standing = choices.map(parseDecision);
  const training = { batchSize: settings.batch, seed: options.seed, tuning: tuningFor(run, standing, log), ...(run.adapter === undefined ? {} : { adapter: run.adapter }) };
  return {
    candidate,
    identity: identityOf(options, architecture, { ...settings }, opened, parts),
    description: `${describeArchitecture(architecture)} (${weightCount(architecture)} weights) on ${parts.train.count} images of ${parts.train.name}, judged on ${parts.validation.count}`,
    score: { name: 'accuracy', shown: (value) => value },
    amount: { count: parts.train.count, unit: 'images' },
    facts: () => ({ parameters: weightCount(architecture), images: { train: parts.train.count, validation: parts.validation.count, skipped: opened.skipped() } }),
    choices: () => standing.map(plainDecision),
    open: () => openImageJob({ machine, parts, candidate, opened, training }),
  };
}

interface Opening {
  readonly machine: Machine;
  readonly parts: Parts;
  readonly candidate: Candidate;
  readonly opened: OpenedImages;
  readonly training: TrainingSettings;
}

async function openImageJob({ machine, parts, candidate, opened, training }: Opening): Promise<OpenJob> {
  const { train, validation, test } = parts;
  const trainer = await machine.openTrainer(train, validation, training);
  return {
    adapter: trainer.adapter,
    run: (task, context) => trainer.run(task, context),
    test: async (snapshot) => test && { ...(await trainer.evaluate(candidate, snapshot, test)), images: test.count },
    weights(snapshot) {
      const { tensors, metadata } = trainer.weights(candidate, snapshot);
      return { tensors, metadata: { ...metadata, ...(opened.decoding ? { decoding: JSON.stringify(opened.decoding) } : {}) } };
    },
    close: () => trainer.close(),
  };
}

function folderOptions(run: RunSettings): Parameters<Machine['openImages']>[1] {
  return {
    ...(run['image-size'] === undefined ? {} : { size: run['image-size'] }),
    ...(run['short-side'] === undefined ? {} : { short: run['short-side'] }),
    ...(run.channels === undefined ? {} : { channels: run.channels === '1' ? 1 : 3 }),
    ...(run.unreadable === undefined ? {} : { unreadable: run.unreadable }),
  };
}

function partsOf({ train: pool, validation, test }: OpenedImages, run: RunSettings, seed: number): Parts {
  if (validation !== null) {
    const part = (images: Images, count: number | undefined): Images => (count === undefined ? images : taken(images, subsetNumbers(images, count, seed)));
    return { train: part(pool, run['train-size']), validation: part(validation, run['validation-size']), test: test === validation ? null : test };
  }
  const judged = run['validation-size'] ?? Math.max(1, Math.round(VALIDATION_SHARE * (run['train-size'] ?? pool.count)));
  const numbers = splitNumbers(pool, { train: run['train-size'] ?? pool.count - judged, validation: judged }, seed);
  return { train: taken(pool, numbers.train, `${pool.name} train`), validation: taken(pool, numbers.validation, `${pool.name} validation`), test };
}

function taken(images: Images, numbers: Uint32Array, name = images.name): Images {
  return isStream(images) ? takeStream(images, numbers, name) : takeImages(images, numbers, name);
}

/** By content: another folder behind the same name is another training, and so is another cut of the same images. */
function identityOf({ seed }: TrainOptions, architecture: Architecture, settings: Readonly<Record<string, Json>>, { decoding }: OpenedImages, { train, validation }: Parts): Readonly<Record<string, Json>> {
  return {
    kind: 'images',
    architecture: architectureHash(architecture),
    images: hashOf([train, validation].map(fingerprintOf)),
    ...(decoding ? { decoding: { ...decoding } } : {}),
    seed,
    ...settings,
  };
}

function fingerprintOf(images: Images): Json {
  const labels = hashBytes(new Uint8Array(images.labels.buffer, images.labels.byteOffset, images.labels.byteLength));
  return isStream(images) ? [images.count, labels] : [hashBytes(images.images), labels];
}
