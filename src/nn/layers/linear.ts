// What a convolution and a dense layer have in common: sums with weights, a bias, a ReLU. Forward is one step; backward masks the
// gradient, then sums the bias's, the weights' and, where somebody below wants it, the input's. The operations are handed in.
import type { Dispatch } from '../../gpu/index.js';
import type { OpContext } from '../../ops/index.js';
import type { LayerParameters, Stage, Step, TensorOf } from '../step.js';
import type { Value } from '../value.js';
import { biasGradient, type Epilogue, maskedGradient } from './epilogue.js';

type Prepare = (context: OpContext, t: TensorOf) => Promise<Dispatch[]>;

/** The operations of a kind of layer, between values of its. */
export interface LinearOps {
  readonly forward: Prepare;
  readonly weightGradient: (gradient: Value) => Prepare;
  readonly inputGradient: (gradient: Value, below: Value) => Prepare;
}

export function linearStage(input: Value, output: Value, parameters: LayerParameters, epilogue: Epilogue, ops: LinearOps): Stage {
  const { weight, bias, weightGradient } = parameters;
  const step = (what: string, reads: readonly Value[], writes: Value, prepare: Prepare): Step => ({ label: `${output.name} ${what}`, reads, writes: [writes], prepare });
  return {
    output,
    forward: () => [step('forward', bias ? [input, weight, bias] : [input, weight], output, ops.forward)],
    backward: (above, below) => {
      const { gradient, steps } = maskedGradient(output, above, epilogue === 'relu');
      return [
        ...steps,
        ...(epilogue === 'pooled' ? [] : biasGradient(output, gradient, parameters.biasGradient)),
        step('weight gradient', [input, gradient], weightGradient, ops.weightGradient(gradient)),
        ...(below ? [step('input gradient', [gradient, weight], below, ops.inputGradient(gradient, below))] : []),
      ];
    },
  };
}
