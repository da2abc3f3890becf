// A trained network that only looks: accuracy and loss of a set, or a class an image. Takes memory for the forward pass alone.
import { type Architecture, ShapeError } from '../core/index.js';
import { batches, type ImageSet, type Moments } from '../data/index.js';
import type { Tensor } from '../gpu/index.js';
import { lossStats, type LossStats, type OpContext, statsTensor } from '../ops/index.js';
import { prepareBatchProgram, submitBatches } from './batch-program.js';
import { type DeviceImages, uploadImages } from './device-images.js';
import { gatherStep, lossStep } from './ends.js';
import { type Graph, graphOf } from './graph.js';
import { takeMemory } from './memory.js';
import { planMemory } from './plan.js';

export interface TrainedNetwork {
  readonly architecture: Architecture;
  /** The flat buffer's values: of a snapshot, or of `flatWeights`. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** What its training images were normalised with. */
  readonly moments: Moments;
}

const BATCH = 64;
const MAX_BYTES = 4 * 2 ** 30;

interface Looking {
  readonly graph: Graph;
  readonly images: DeviceImages;
  readonly logits: Tensor;
  readonly stats: Tensor;
  readonly run: (start: number, count: number) => void;
}

/** Mean loss and accuracy over all images, in batches; one readback. */
export function evaluate(context: OpContext, network: TrainedNetwork, set: ImageSet): Promise<LossStats> {
  return looking(context, network, set, async ({ stats, run }) => {
    await submitBatches(context.device, set.count, BATCH, run);
    return lossStats(await context.device.read(stats));
  });
}

/** A class number an image: the first maximum of its logits. One readback a batch. The set's labels are not looked at. */
export function predictClasses(context: OpContext, network: TrainedNetwork, set: ImageSet): Promise<Uint32Array<ArrayBuffer>> {
  return looking(context, network, set, async ({ logits, run }) => {
    const found = new Uint32Array(set.count);
    const classes = logits.shape[1] ?? 1;
    for (const { start, count } of batches(set.count, BATCH)) {
      run(start, count);
      const values = await context.device.read(logits);
      for (let n = 0; n < count; n++) found[start + n] = firstMaximum(values.subarray(n * classes, (n + 1) * classes));
    }
    return found;
  });
}

function firstMaximum(row: Float32Array): number {
  return row.reduce((best, logit, i) => (logit > (row[best] ?? NaN) ? i : best), 0);
}

async function looking<T>(context: OpContext, network: TrainedNetwork, set: ImageSet, work: (looking: Looking) => Promise<T>): Promise<T> {
  const graph = graphOf(network.architecture, BATCH);
  requireInput(graph, network, set);
  const held: { release(): void }[] = [];
  const hold = <R extends { release(): void }>(resource: R): R => {
    held.push(resource);
    return resource;
  };
  try {
    const images = hold(uploadImages(context.device, set, network.moments));
    const stats = hold(statsTensor(context.device));
    return await work(await prepareLooking(context, { graph, images, stats }, network.weights, hold));
  } finally {
    held.forEach((resource) => resource.release());
  }
}

async function prepareLooking(
  context: OpContext,
  { graph, images, stats }: Pick<Looking, 'graph' | 'images' | 'stats'>,
  weights: Float32Array<ArrayBuffer>,
  hold: <R extends { release(): void }>(resource: R) => R,
): Promise<Looking> {
  const gather = gatherStep(graph, images, images.natural);
  const forward = graph.stages.flatMap((stage) => stage.forward(false));
  const loss = lossStep(graph, stats, Math.min(images.count, graph.batch));
  const plan = planMemory([gather, ...forward, loss], new Set(graph.weights));
  const memory = hold(await takeMemory(context.device, { graph, plan, state: null, maxBytes: MAX_BYTES }));
  context.device.upload(memory.weights, weights);
  const program = hold(await prepareBatchProgram(context, 'evaluation', { gather, forward, loss, backward: [], update: [] }, memory.tensorOf));
  return { graph, images, stats, logits: memory.tensorOf(graph.logits), run: (start, count) => program.run(start, count) };
}

function requireInput({ images, layout }: Graph, { weights }: TrainedNetwork, set: ImageSet): void {
  const [, channels, height, width] = images.shape;
  if (set.channels !== channels || set.height !== height || set.width !== width) {
    throw new ShapeError(`${set.name}: expected images of ${channels}x${height}x${width} as the network's input, got ${set.channels}x${set.height}x${set.width}`);
  }
  if (weights.length !== layout.length) throw new ShapeError(`weights: expected ${layout.length} values, got ${weights.length}; they belong to another network`);
}

