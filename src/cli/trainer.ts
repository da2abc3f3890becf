// nn's runner as the command line wants it: with the batch size as a setting, and its best net's test and weights.
import type { Candidate, Task } from '../core/index.js';
import { architectureHash, isLanguageModel, UsageError } from '../core/index.js';
import { isStream, streamMoments, type ImageSet, type ImageStream } from '../data/index.js';
import type { Device } from '../gpu/index.js';
import { decodeSnapshot, evaluate, parameterLayout, stateCount, TrainRunner, trainSettings } from '../nn/index.js';
import { createChooser } from '../tune/index.js';
import type { Trainer, TrainingSettings } from './machine.js';
import { saveNet } from './saved-net.js';
import { openTuner } from './tune/tuning.js';

/** Takes the device over: closing the trainer destroys it. */
export async function openTrainer(device: Device, train: ImageSet | ImageStream, validation: ImageSet | ImageStream, settings: TrainingSettings): Promise<Trainer> {
  const tuning = settings.tuning === undefined ? null : openTuner(device, settings.tuning);
  const context = { device, chooser: tuning?.tuner ?? createChooser() };
  const quiet = tuning === null ? {} : { during: <T>(epoch: () => Promise<T>) => tuning.quiet.during(epoch) };
  const runner = new TrainRunner({ context, train, validation, seed: settings.seed, ...quiet, ...(isStream(train) ? { moments: await streamMoments(train, settings.seed) } : {}) });
  const trained = (candidate: Candidate, checkpoint: Uint8Array) => ({
    ...netOf(withBatch(candidate, settings.batchSize), checkpoint),
    moments: runner.moments,
  });
  const { name, driver, backend, software } = device.facts;
  return {
    adapter: { name, driver, backend, software },
    run: (task, run) => runner.run({ ...task, candidate: withBatch(task.candidate, settings.batchSize) } satisfies Task, run),
    async evaluate(candidate, checkpoint, images) {
      const { accuracy, loss } = await evaluate(context, trained(candidate, checkpoint), images);
      return { accuracy, loss };
    },
    weights: (candidate, checkpoint) => saveNet(trained(candidate, checkpoint), train),
    pipelines: () => device.pipelineCount,
    close: () => device.destroy(),
  };
}

function withBatch(candidate: Candidate, batch: number): Candidate {
  return { ...candidate, hp: { batch_size: batch, ...candidate.hp } };
}

function netOf({ architecture, hp }: Candidate, checkpoint: Uint8Array) {
  if (architecture === null || isLanguageModel(architecture)) throw new UsageError(`trainer: expected an architecture of image layers, got ${architecture === null ? 'null' : architecture.kind}`);
  const { optimizer } = trainSettings(hp);
  const { length, total } = parameterLayout(architecture);
  const { weights } = decodeSnapshot(checkpoint, {
    architecture: architectureHash(architecture),
    optimizer,
    length,
    total,
    states: stateCount({ optimizer }),
  });
  return { architecture, weights };
}
