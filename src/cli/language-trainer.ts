// nn's language runner as the command line wants it: the perplexity of a checkpoint on another text, and its weights as a file
// holds them. What trainer.ts is for images.
import { isLanguageModel, networkHash, UsageError, type Candidate, type LanguageModel } from '../core/index.js';
import type { NamedTensor, TokenText } from '../data/index.js';
import type { Device } from '../gpu/index.js';
import { decodeSnapshot, evaluateText, languageParameters, LanguageRunner, languageSettings, stateCount } from '../nn/index.js';
import { createChooser } from '../tune/index.js';
import type { LanguageTrainer, TrainingSettings } from './machine.js';
import { openTuner } from './tune/tuning.js';

/** Takes the device over: closing the trainer destroys it. */
export function openLanguageTrainer(device: Device, train: TokenText, validation: TokenText, { seed, tuning: wanted }: Pick<TrainingSettings, 'seed' | 'tuning'>): LanguageTrainer {
  const tuning = wanted === undefined ? null : openTuner(device, wanted);
  const context = { device, chooser: tuning?.tuner ?? createChooser() };
  const quiet = tuning === null ? {} : { during: <T>(epoch: () => Promise<T>) => tuning.quiet.during(epoch) };
  const runner = new LanguageRunner({ context, train, validation, seed, ...quiet });
  const { name, driver, backend, software } = device.facts;
  return {
    adapter: { name, driver, backend, software },
    run: (task, run) => runner.run(task, run),
    async evaluate(candidate, checkpoint, text) {
      const { train: { batch }, steps } = languageSettings(candidate.hp);
      const { perplexity, accuracy } = await evaluateText(context, { model: modelOf(candidate), weights: weightsOf(candidate, checkpoint) }, text, { streams: batch, steps });
      return { perplexity, accuracy };
    },
    pipelines: () => device.pipelineCount,
    tensors: (candidate, checkpoint) => namedTensors(modelOf(candidate), weightsOf(candidate, checkpoint)),
    close: () => device.destroy(),
  };
}

function modelOf({ architecture }: Candidate): LanguageModel {
  if (architecture !== null && isLanguageModel(architecture)) return architecture;
  throw new UsageError(`trainer: expected a language model, got ${architecture === null ? 'null' : 'an image architecture'}`);
}

function weightsOf(candidate: Candidate, checkpoint: Uint8Array): Float32Array<ArrayBuffer> {
  const model = modelOf(candidate);
  const { optimizer } = languageSettings(candidate.hp).train;
  const { length, total } = languageParameters(model);
  return decodeSnapshot(checkpoint, { architecture: networkHash(model), optimizer, length, total, states: stateCount({ optimizer }) }).weights;
}

function namedTensors(model: LanguageModel, flat: Float32Array): Map<string, NamedTensor> {
  return new Map(languageParameters(model).slices.map(({ name, shape, start, size }) => [name, { shape, data: flat.slice(start, start + size) }]));
}
