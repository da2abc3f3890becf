// A ReLU of its own, where no layer before it has it fused.
import { reluForward } from '../../ops/index.js';
import type { Stage, Step } from '../step.js';
import type { Value } from '../value.js';
import { reluGradientStep } from './epilogue.js';

export function activationStage(input: Value, output: Value): Stage {
  return {
    output,
    forward: () => [reluStep(input, output)],
    backward: (gradient, below) => (below ? [reluGradientStep(output, gradient, below)] : []),
  };
}

export function reluStep(input: Value, output: Value): Step {
  return {
    label: `${output.name} relu`,
    reads: [input],
    writes: [output],
    prepare: (context, t) => reluForward(context, { x: t(input), y: t(output) }),
  };
}
