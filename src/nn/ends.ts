// Both ends of a batch's way through a network: gathering its images, and judging its logits.
import type { Tensor } from '../gpu/index.js';
import { type Augmentation, gatherBatch, softmaxCrossEntropy, softmaxCrossEntropyGrad } from '../ops/index.js';
import type { Graph } from './graph.js';
import type { BatchFeed } from './image-feed.js';
import type { Step } from './step.js';
import type { Value } from './value.js';

/** What a loss needs of a network: a row of logits and a class number a row. */
type Judged = Pick<Graph, 'logits' | 'labels'>;

/** images and labels = the batch at a window of the feed's order, params `start` and `count`; augmented by the epoch and the place in it. */
export function gatherStep({ images, labels }: Graph, { scale, chunks, order }: BatchFeed, augmentation?: Augmentation): Step {
  return {
    label: 'gather',
    reads: [],
    writes: [images, labels],
    follows: ['start', 'count', 'seed', 'epoch', 'position'],
    prepare: async (context, t) => {
      const window = { count: Math.min(order.size, images.shape[0] ?? 0) };
      const parts = chunks.map(({ first, images: bytes, classes }) =>
        gatherBatch(context, { images: bytes, classes, order, scale, x: t(images), labels: t(labels) }, { ...window, first }, augmentation));
      return (await Promise.all(parts)).flat();
    },
  };
}

/** Adds the batch's loss and hits to `stats`; rows past the params' `count` do not count. */
export function lossStep({ logits, labels }: Judged, stats: Tensor, count: number): Step {
  return {
    label: 'loss',
    reads: [logits, labels],
    writes: [],
    follows: ['count'],
    prepare: (context, t) => softmaxCrossEntropy(context, { logits: t(logits), labels: t(labels), stats }, count),
  };
}

/** The same, and the gradient of the batch's mean loss. */
export function lossGradientStep({ logits, labels }: Judged, gradient: Value, stats: Tensor, count: number): Step {
  return {
    label: 'loss',
    reads: [logits, labels],
    writes: [gradient],
    follows: ['count'],
    prepare: (context, t) => softmaxCrossEntropyGrad(context, { logits: t(logits), labels: t(labels), stats, dlogits: t(gradient) }, count),
  };
}
