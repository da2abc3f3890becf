// The chain rule over a graph: from the logits' gradient down to the first layer, which passes nothing on to the images.
import type { Graph } from './graph.js';
import type { Step } from './step.js';
import { type Value, value } from './value.js';

export interface Backward {
  /** Where dL/d logits must be written before. */
  readonly top: Value;
  readonly steps: readonly Step[];
}

export function backwardOf({ stages, logits }: Graph): Backward {
  const top = value('logits gradient', logits.shape);
  const steps: Step[] = [];
  let gradient = top;
  for (let i = stages.length - 1; i >= 0; i--) {
    const below = stages[i - 1]?.output;
    const next = below ? value(`${below.name} gradient`, below.shape) : null;
    steps.push(...(stages[i]?.backward(gradient, next) ?? []));
    gradient = next ?? gradient;
  }
  return { top, steps };
}
