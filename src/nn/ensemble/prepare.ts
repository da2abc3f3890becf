// From an ensemble and its rows to buffers and programs: one place where both training and prediction take and give back memory.
import type { Device, Tensor } from '../../gpu/index.js';
import { type EnsembleLoss, ensembleLoss, type GraphNumbers, type GraphTensors, type OpContext, packGraphs } from '../../ops/index.js';
import { backwardOf } from '../backward.js';
import { type BatchProgram, prepareBatchProgram } from '../batch-program.js';
import { chainForward } from '../chain.js';
import type { TrainSettings } from '../hyper.js';
import { type NetworkMemory, takeMemory } from '../memory.js';
import { stateCount, updateDispatches } from '../optimizer.js';
import { pinnedValues } from '../parameter-values.js';
import { planMemory } from '../plan.js';
import type { Step } from '../step.js';
import type { Value } from '../value.js';
import { type EnsembleGraph, ensembleGraph } from './graph.js';
import type { EnsembleSource } from './source.js';
import type { EnsembleSpec } from './spec.js';

const MAX_BYTES = 2 * 2 ** 30;

/** The rows that a batch is taken from. */
export interface EnsembleSet {
  readonly count: number;
  /** One a row; null where the ensemble has no graph network. */
  readonly graphs: readonly GraphNumbers[] | null;
  /** count x features, row-major. */
  readonly features: Float32Array<ArrayBuffer>;
}

export type Hold = <T extends { release(): void }>(resource: T) => T;

/** Runs work that holds tensors and programs; whatever happens, all of them are given back. */
export async function holding<T>(work: (hold: Hold) => Promise<T>): Promise<T> {
  const held: { release(): void }[] = [];
  try {
    return await work((resource) => {
      held.push(resource);
      return resource;
    });
  } finally {
    held.reverse().forEach((resource) => resource.release());
  }
}

/** `order`: u32, one for all members or one each. */
export function uploadSet(device: Device, { graph, features }: EnsembleSpec, set: EnsembleSet, order: Tensor, count: number, hold: Hold): EnsembleSource {
  const graphs: GraphTensors | null = graph === null || set.graphs === null ? null : hold(packGraphs(device, set.graphs, graph.nodes));
  const rows = features === 0 ? null : hold(device.tensor([set.count, features], { data: set.features, label: 'ensemble features' }));
  return { window: { order, count }, graphs, features: rows };
}

export interface PreparedEnsemble {
  readonly graph: EnsembleGraph;
  readonly memory: NetworkMemory;
  readonly program: BatchProgram;
}

/** Forward alone; scores lie in `memory.tensorOf(graph.scores)` after a run. */
export async function prepareForward(context: OpContext, spec: EnsembleSpec, batch: number, source: EnsembleSource, hold: Hold): Promise<PreparedEnsemble> {
  const graph = ensembleGraph(spec, batch, source);
  const forward = chainForward(graph.stages, false);
  const keep: Step = { label: 'scores', reads: [graph.scores], writes: [], prepare: () => Promise.resolve([]) };
  const memory = hold(await takeMemory(context.device, { graph, plan: planMemory([graph.gather, ...forward, keep], pinnedValues(graph)), state: null, maxBytes: MAX_BYTES }));
  const program = hold(await prepareBatchProgram(context, 'ensemble prediction', { gather: graph.gather, forward, loss: null, backward: [], update: [] }, memory.tensorOf));
  return { graph, memory, program };
}

export interface Judged {
  /** One a row of the set. */
  readonly targets: Tensor;
  /** One a member: the sum of its batches' losses. */
  readonly stats: Tensor;
  readonly loss: EnsembleLoss;
}

/** A whole training step. */
export async function prepareStep(context: OpContext, spec: EnsembleSpec, batch: number, source: EnsembleSource, judged: Judged, settings: TrainSettings, hold: Hold): Promise<PreparedEnsemble> {
  const graph = ensembleGraph(spec, batch, source);
  const forward = chainForward(graph.stages, true);
  const { top, steps: backward } = backwardOf({ stages: graph.stages, logits: graph.scores });
  const loss = lossStep(graph, top, source, judged);
  const plan = planMemory([graph.gather, ...forward, loss, ...backward], pinnedValues(graph));
  const memory = hold(await takeMemory(context.device, { graph, plan, state: stateCount(settings), maxBytes: MAX_BYTES }));
  const flats = { weights: memory.weights, gradients: memory.gradients ?? memory.weights, state: memory.state };
  const update = await updateDispatches(context, flats, settings, graph.layout);
  const program = hold(await prepareBatchProgram(context, 'ensemble step', { gather: graph.gather, forward, loss, backward, update }, memory.tensorOf));
  return { graph, memory, program };
}

function lossStep({ scores, batch }: EnsembleGraph, gradient: Value, { window }: EnsembleSource, { targets, stats, loss }: Judged): Step {
  const [members = 1] = scores.shape;
  const flat = (tensor: Tensor): Tensor => tensor.view([members, batch]);
  return {
    label: 'loss', reads: [scores], writes: [gradient], follows: ['start', 'count'],
    prepare: (context, t) => ensembleLoss(context, window, { scores: flat(t(scores)), targets, dscores: flat(t(gradient)), stats }, loss),
  };
}
