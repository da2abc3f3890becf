// A search over image classifiers: loads and divides the images, and has the machine train on them.
import { hashBytes, hashOf, type Json, type Log } from '../../core/index.js';
import { shrunkImages, splitImages, type ImageSet, type ImageSource, type Split } from '../../data/index.js';
import type { Machine } from '../machine.js';
import { imageSpace } from './image-space.js';
import type { SearchJob, SearchTrainer } from './job.js';
import type { SearchOptions } from './options.js';
import type { RestSettings } from './rest.js';

export async function imageJob(options: SearchOptions, rest: RestSettings, machine: Machine, log: Log): Promise<SearchJob> {
  const source = shrunk(await machine.loadData(options.data, log), rest.shrink);
  const split = splitImages(source, { train: rest['train-size'], validation: rest['validation-size'] }, options.seed);
  const { channels, height, width, classes } = source.train;
  const adapter = rest.adapter === undefined ? {} : { adapter: rest.adapter };
  return {
    space: imageSpace(options, rest, { channels, height, width }, classes),
    metric: { name: 'accuracy', negated: false },
    data: {
      name: options.data, train: split.train.count, validation: split.validation.count, fingerprint: fingerprintOf([split.train, split.validation]), batchSize: rest['batch-size'],
      ...(rest.shrink === 1 ? {} : { shrink: rest.shrink }),
    },
    open: (tuning) => openImages(machine, split, { batchSize: rest['batch-size'], seed: options.seed, tuning, ...adapter }),
  };
}

async function openImages(machine: Machine, { train, validation, test }: Split, training: Parameters<Machine['openTrainer']>[2]): Promise<SearchTrainer> {
  const trainer = await machine.openTrainer(train, validation, training);
  return {
    adapter: trainer.adapter,
    run: (task, context) => trainer.run(task, context),
    async test(candidate, checkpoint) {
      const { accuracy, loss } = await trainer.evaluate(candidate, checkpoint, test);
      return { metrics: { accuracy, loss }, images: test.count };
    },
    weights: (candidate, checkpoint) => trainer.weights(candidate, checkpoint),
    pipelines: () => trainer.pipelines(),
    close: () => trainer.close(),
  };
}

function shrunk({ train, test }: ImageSource, factor: number): ImageSource {
  return factor === 1 ? { train, test } : { train: shrunkImages(train, factor), test: shrunkImages(test, factor) };
}

function fingerprintOf(sets: readonly ImageSet[]): Json {
  return hashOf(sets.map(({ images, labels }) => [hashBytes(images), hashBytes(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))]));
}
