// Stages one after another: a network, or a branch of a residual block. The chain rule goes from the last stage's gradient down.
import type { Stage, Step } from './step.js';
import { type Value, value } from './value.js';

export function chainForward(stages: readonly Stage[], training: boolean): Step[] {
  return stages.flatMap((stage) => stage.forward(training));
}

/** From dL/d output of the last stage; `input` is where dL/d input of the first one goes, null where nobody wants it. */
export function chainBackward(stages: readonly Stage[], top: Value, input: Value | null): Step[] {
  const steps: Step[] = [];
  let gradient = top;
  for (let i = stages.length - 1; i >= 0; i--) {
    const below = stages[i - 1]?.output;
    const next = below ? value(`${below.name} gradient`, below.shape) : input;
    steps.push(...(stages[i]?.backward(gradient, next) ?? []));
    gradient = next ?? gradient;
  }
  return steps;
}
