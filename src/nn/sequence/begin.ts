// From a language model and texts to a network that is ready to train, as begin-training.ts does for images: checks first, then
// memory, then pipelines and programs.
import { type OpContext, statsTensor } from '../../ops/index.js';
import { backwardOf } from '../backward.js';
import { prepareBatchProgram } from '../batch-program.js';
import { chainForward } from '../chain.js';
import { lossGradientStep, lossStep } from '../ends.js';
import { takeMemory } from '../memory.js';
import { stateCount, updateDispatches } from '../optimizer.js';
import { pinnedValues } from '../parameter-values.js';
import { planMemory } from '../plan.js';
import { uploadText, windowStep } from './device-text.js';
import { type LanguageGraph, languageGraph } from './graph.js';
import { LanguageTraining, type LanguageTrainingOptions, type LanguageTrainingParts } from './training.js';

const MAX_BYTES = 4 * 2 ** 30;

type Hold = <T extends { release(): void }>(resource: T) => T;

/**
 * @throws DataError where a text is too short, TrialError 'memory', LimitError, DeviceMemoryError, CheckpointError, KernelError,
 * DeviceLostError; nothing stays taken then
 */
export async function beginLanguageTraining(context: OpContext, options: LanguageTrainingOptions): Promise<LanguageTraining> {
  const { train, steps } = options.settings;
  const graph = languageGraph(options.model, { steps, streams: train.batch });
  const held: { release(): void }[] = [];
  const hold: Hold = (resource) => {
    held.push(resource);
    return resource;
  };
  const release = (): void => held.splice(0).forEach((resource) => resource.release());
  try {
    const training = new LanguageTraining(context, options, await prepare(context, graph, options, hold), release);
    training.load(options.checkpoint);
    return training;
  } catch (error) {
    release();
    throw error;
  }
}

async function prepare(context: OpContext, graph: LanguageGraph, options: LanguageTrainingOptions, hold: Hold): Promise<LanguageTrainingParts> {
  const { model, settings, train, validation, maxBytes = MAX_BYTES } = options;
  const { device } = context;
  const texts = {
    train: hold(uploadText(device, train, graph, model.vocabulary, graph.steps)),
    validation: hold(uploadText(device, validation, graph, model.vocabulary)),
  };
  const stats = [hold(statsTensor(device)), hold(statsTensor(device))] as const;
  const { top, steps: backward } = backwardOf(graph);
  const forward = chainForward(graph.stages, true);
  const gather = windowStep(graph, texts.train);
  const loss = lossGradientStep(graph, top, stats[0], graph.batch);
  const plan = planMemory([gather, ...forward, loss, ...backward], pinnedValues(graph), graph.kept);
  const memory = hold(await takeMemory(device, { graph, plan, state: stateCount(settings.train), maxBytes }));
  const flats = { weights: memory.weights, gradients: memory.gradients ?? memory.weights, state: memory.state };
  const update = await updateDispatches(context, flats, settings.train, graph.layout);
  const step = hold(await prepareBatchProgram(context, 'training window', { gather, forward, loss, backward, update }, memory.tensorOf));
  // Judging lives in the same buffers and states: it comes after an epoch, and both begin with zeros.
  const judging = { gather: windowStep(graph, texts.validation), forward: chainForward(graph.stages, false), loss: lossStep(graph, stats[1], graph.batch), backward: [], update: [] };
  const judge = hold(await prepareBatchProgram(context, 'judging window', judging, memory.tensorOf));
  return { graph, memory, texts, stats, step, judge };
}
