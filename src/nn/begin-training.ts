// From an architecture to a network that is ready to train: checks first, then memory, then pipelines and programs. All that is
// asynchronous about training happens here.
import { DataError, ShapeError } from '../core/index.js';
import { type OpContext, statsTensor } from '../ops/index.js';
import { backwardOf } from './backward.js';
import { prepareBatchProgram } from './batch-program.js';
import { chainForward } from './chain.js';
import { gatherStep, lossGradientStep, lossStep } from './ends.js';
import { type Graph, graphOf } from './graph.js';
import { takeMemory } from './memory.js';
import { stateCount, updateDispatches } from './optimizer.js';
import { pinnedValues } from './parameter-values.js';
import { planMemory } from './plan.js';
import { Training, type TrainingOptions, type TrainingParts } from './training.js';

const MAX_BYTES = 4 * 2 ** 30;

type Hold = <T extends { release(): void }>(resource: T) => T;

/** @throws ShapeError, TrialError 'memory', LimitError, DeviceMemoryError, CheckpointError, KernelError, DeviceLostError; nothing stays taken then */
export async function beginTraining(context: OpContext, options: TrainingOptions): Promise<Training> {
  const graph = graphOf(options.architecture, options.settings.batch);
  requireSets(graph, options);
  const held: { release(): void }[] = [];
  const hold: Hold = (resource) => {
    held.push(resource);
    return resource;
  };
  const release = (): void => held.splice(0).forEach((resource) => resource.release());
  try {
    const training = new Training(context, options, await prepare(context, graph, options, hold), release);
    training.load(options.checkpoint);
    return training;
  } catch (error) {
    release();
    throw error;
  }
}

async function prepare(context: OpContext, graph: Graph, options: TrainingOptions, hold: Hold): Promise<TrainingParts> {
  const { settings, train, validation, maxBytes = MAX_BYTES } = options;
  const { device } = context;
  const feeds = { train: hold(train.open(graph.batch, 'shuffled')), validation: hold(validation.open(graph.batch, 'natural')) };
  const stats = [hold(statsTensor(device)), hold(statsTensor(device))] as const;
  const { top, steps: backward } = backwardOf(graph);
  const forward = chainForward(graph.stages, true);
  const gather = gatherStep(graph, feeds.train, { flip: settings.flip, crop: settings.cropPadding });
  const loss = lossGradientStep(graph, top, stats[0], Math.min(train.count, graph.batch));
  const plan = planMemory([gather, ...forward, loss, ...backward], pinnedValues(graph));
  const memory = hold(await takeMemory(device, { graph, plan, state: stateCount(settings), maxBytes }));
  const flats = { weights: memory.weights, gradients: memory.gradients ?? memory.weights, state: memory.state };
  const update = await updateDispatches(context, flats, settings, graph.layout);
  const step = hold(await prepareBatchProgram(context, 'training step', { gather, forward, loss, backward, update }, memory.tensorOf));
  // Evaluation lives in the same buffers: its steps are a part of the training step's, in the same order.
  const judging = {
    gather: gatherStep(graph, feeds.validation),
    forward: chainForward(graph.stages, false),
    loss: lossStep(graph, stats[1], Math.min(validation.count, graph.batch)),
    backward: [],
    update: [],
  };
  const judge = hold(await prepareBatchProgram(context, 'evaluation', judging, memory.tensorOf));
  return { graph, memory, feeds, stats, step, judge };
}

function requireSets({ images, logits }: Graph, { train, validation }: TrainingOptions): void {
  const [, channels, height, width] = images.shape;
  const outputs = logits.shape[1] ?? 0;
  for (const set of [train, validation]) {
    if (set.channels !== channels || set.height !== height || set.width !== width) {
      throw new ShapeError(`${set.name}: expected images of ${channels}x${height}x${width} as the architecture's input, got ${set.channels}x${set.height}x${set.width}`);
    }
    if (set.classes > outputs) throw new ShapeError(`${set.name}: expected at most ${outputs} classes (the network's outputs), got ${set.classes}; give the last layer a unit a class`);
    if (set.count < 1) throw new DataError(`${set.name}: expected at least one image, got none`);
  }
}
