// The chain rule over a graph: from the logits' gradient down to the first layer, which passes nothing on to the images.
import { chainBackward } from './chain.js';
import type { Graph } from './graph.js';
import type { Step } from './step.js';
import { type Value, value } from './value.js';

export interface Backward {
  /** Where dL/d logits must be written before. */
  readonly top: Value;
  readonly steps: readonly Step[];
}

export function backwardOf({ stages, logits }: Pick<Graph, 'stages' | 'logits'>): Backward {
  const top = value('logits gradient', logits.shape);
  return { top, steps: chainBackward(stages, top, null) };
}
