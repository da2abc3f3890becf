// Max and average pooling; a max pool may bring the ReLU of the layer before it (see epilogue.ts).
import type { PoolLayer } from '../../core/index.js';
import { poolForward, poolGradInput } from '../../ops/index.js';
import type { LayerParameters, Stage, Step } from '../step.js';
import { type Value, value } from '../value.js';
import { biasGradient } from './epilogue.js';

/** `fused`: parameters of the layer before, whose ReLU this pool takes over; null where it takes over nothing. */
export function poolStage(layer: PoolLayer, input: Value, output: Value, fused: LayerParameters | null): Stage {
  const { kind, size, stride, padding, ceil = false } = layer;
  const attributes = { kind, size, stride, padding, ceil, relu: fused !== null };
  const chosen = kind === 'max' ? value(`${output.name} chosen`, output.shape, 'u32') : null;
  return {
    output,
    forward: (training) => {
      const kept = training ? chosen : null;
      const step: Step = {
        label: `${output.name} forward`,
        reads: [input],
        writes: kept ? [output, kept] : [output],
        prepare: (context, t) => poolForward(context, { x: t(input), y: t(output), ...(kept ? { chosen: t(kept) } : {}) }, attributes),
      };
      return [step];
    },
    backward: (gradient, below) => [
      ...(fused ? biasGradient(output, gradient, fused.biasGradient, output) : []),
      ...(below ? [inputGradient(gradient, chosen, below)] : []),
    ],
  };

  function inputGradient(gradient: Value, choice: Value | null, below: Value): Step {
    return {
      label: `${output.name} input gradient`,
      reads: choice ? [gradient, choice] : [gradient],
      writes: [below],
      prepare: (context, t) => poolGradInput(context, { dy: t(gradient), dx: t(below), ...(choice ? { chosen: t(choice) } : {}) }, attributes),
    };
  }
}
