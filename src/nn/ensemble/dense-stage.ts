// A dense layer of every member at once: y = x W + b, one batched product forward and two backward.
import { ensembleBiasGrad, matmul } from '../../ops/index.js';
import { maskedGradient } from '../layers/epilogue.js';
import type { ParameterValue } from '../parameter-values.js';
import type { Stage } from '../step.js';
import type { Value } from '../value.js';

/** `input` is members x rows x inputs, `output` members x rows x units. */
export function memberDenseStage(input: Value, output: Value, weight: ParameterValue, bias: ParameterValue, relu: boolean): Stage {
  return {
    output,
    forward: () => [{
      label: `${output.name} forward`, reads: [input, weight.value, bias.value], writes: [output],
      prepare: (context, t) => matmul(context, { a: t(input), b: t(weight.value), bias: t(bias.value), c: t(output) }, { relu }),
    }],
    backward: (above, below) => {
      const { gradient, steps } = maskedGradient(output, above, relu);
      return [
        ...steps,
        {
          label: `${output.name} bias gradient`, reads: [gradient], writes: [bias.gradient],
          prepare: (context, t) => ensembleBiasGrad(context, { dy: t(gradient), db: t(bias.gradient) }),
        },
        {
          label: `${output.name} weight gradient`, reads: [input, gradient], writes: [weight.gradient],
          prepare: (context, t) => matmul(context, { a: t(input), b: t(gradient), c: t(weight.gradient) }, { transposeA: true }),
        },
        ...(below === null ? [] : [{
          label: `${output.name} input gradient`, reads: [gradient, weight.value], writes: [below],
          prepare: ((context, t) => matmul(context, { a: t(gradient), b: t(weight.value), c: t(below) }, { transposeB: true })) satisfies Prepare,
        }]),
      ];
    },
  };
}

type Prepare = ReturnType<Stage['forward']>[number]['prepare'];
