// A trained network that only looks: accuracy and loss of a set, or a class an image. Takes memory for the forward pass alone.
import { type Architecture, DataError, ShapeError } from '../core/index.js';
import type { ImageFacts, ImageSet, ImageStream, Moments } from '../data/index.js';
import type { Tensor } from '../gpu/index.js';
import { lossStats, type LossStats, type OpContext, statsTensor } from '../ops/index.js';
import { prepareBatchProgram } from './batch-program.js';
import { chainForward } from './chain.js';
import { feedOf } from './feeds.js';
import { gatherStep, lossStep } from './ends.js';
import { type Graph, graphOf } from './graph.js';
import type { BatchFeed } from './image-feed.js';
import { takeMemory, uploadWeights } from './memory.js';
import { pinnedValues } from './parameter-values.js';
import { planMemory } from './plan.js';

export interface TrainedNetwork {
  readonly architecture: Architecture;
  /** The flat values of the layout, statistics included: of a snapshot, or of `flatWeights`. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** What its training images were normalised with. */
  readonly moments: Moments;
}

const BATCH = 64;
const MAX_BYTES = 4 * 2 ** 30;

interface Looking {
  readonly graph: Graph;
  readonly feed: BatchFeed;
  readonly logits: Tensor;
  readonly stats: Tensor;
  readonly run: (start: number, count: number) => void;
}

/** Mean loss and accuracy over all images, in batches; one readback. */
export function evaluate(context: OpContext, network: TrainedNetwork, set: ImageSet | ImageStream): Promise<LossStats> {
  return looking(context, network, set, async ({ stats, feed, run }) => {
    await feed.walk(run);
    return lossStats(await context.device.read(stats));
  });
}

/**
 * A class number an image: the first maximum of its logits. One readback a batch. The set's labels are not looked at.
 * @throws DataError where a stream left images out: their classes would be others'
 */
export function predictClasses(context: OpContext, network: TrainedNetwork, set: ImageSet | ImageStream): Promise<Uint32Array<ArrayBuffer>> {
  return looking(context, network, set, async ({ logits, feed, run }) => {
    const found = new Uint32Array(set.count);
    const read: Promise<number>[] = [];
    await feed.walk((start, count, position) => {
      run(start, count);
      const reading = context.device.read(logits).then((values) => firstMaxima(values, logits.shape[1] ?? 1, found.subarray(position, position + count)));
      reading.catch(() => undefined);
      read.push(reading);
    });
    const total = (await Promise.all(read)).reduce((sum, count) => sum + count, 0);
    if (total !== set.count) throw new DataError(`${set.name}: expected ${set.count} images, got ${total} that can be read; mend or remove the others`);
    return found;
  });
}

/** Fills `found` and returns its length. */
function firstMaxima(logits: Float32Array, classes: number, found: Uint32Array): number {
  for (let n = 0; n < found.length; n++) found[n] = firstMaximum(logits.subarray(n * classes, (n + 1) * classes));
  return found.length;
}

function firstMaximum(row: Float32Array): number {
  return row.reduce((best, logit, i) => (logit > (row[best] ?? NaN) ? i : best), 0);
}

async function looking<T>(context: OpContext, network: TrainedNetwork, set: ImageSet | ImageStream, work: (looking: Looking) => Promise<T>): Promise<T> {
  const graph = graphOf(network.architecture, BATCH);
  requireInput(graph, network, set);
  const held: { release(): void }[] = [];
  const hold = <R extends { release(): void }>(resource: R): R => {
    held.push(resource);
    return resource;
  };
  try {
    const images = hold(feedOf(context.device, set, network.moments));
    const feed = hold(images.open(graph.batch, 'natural'));
    const stats = hold(statsTensor(context.device));
    return await work(await prepareLooking(context, { graph, feed, stats }, network.weights, hold));
  } finally {
    held.forEach((resource) => resource.release());
  }
}

async function prepareLooking(
  context: OpContext,
  { graph, feed, stats }: Pick<Looking, 'graph' | 'feed' | 'stats'>,
  weights: Float32Array<ArrayBuffer>,
  hold: <R extends { release(): void }>(resource: R) => R,
): Promise<Looking> {
  const gather = gatherStep(graph, feed);
  const forward = chainForward(graph.stages, false);
  const loss = lossStep(graph, stats, Math.min(feed.order.size, graph.batch));
  const plan = planMemory([gather, ...forward, loss], pinnedValues(graph));
  const memory = hold(await takeMemory(context.device, { graph, plan, state: null, maxBytes: MAX_BYTES }));
  uploadWeights(context.device, memory, weights);
  const program = hold(await prepareBatchProgram(context, 'evaluation', { gather, forward, loss, backward: [], update: [] }, memory.tensorOf));
  return { graph, feed, stats, logits: memory.tensorOf(graph.logits), run: (start, count) => program.run({ start, count }) };
}

function requireInput({ images, layout }: Graph, { weights }: TrainedNetwork, set: ImageFacts): void {
  const [, channels, height, width] = images.shape;
  if (set.channels !== channels || set.height !== height || set.width !== width) {
    throw new ShapeError(`${set.name}: expected images of ${channels}x${height}x${width} as the network's input, got ${set.channels}x${set.height}x${set.width}`);
  }
  if (weights.length !== layout.total) throw new ShapeError(`weights: expected ${layout.total} values, got ${weights.length}; they belong to another network`);
}

