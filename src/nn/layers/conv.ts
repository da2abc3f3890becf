// A convolution with its bias and ReLU. Forward is one dispatch; backward masks the gradient in place, then sums the bias's,
// the filters' and, where somebody below wants it, the images'.
import type { ConvLayer } from '../../core/index.js';
import { conv2dForward, conv2dGradInput, conv2dGradWeight } from '../../ops/index.js';
import type { LayerParameters, Stage, Step } from '../step.js';
import type { Value } from '../value.js';
import { activationGradient, type Epilogue } from './epilogue.js';

export function convStage(layer: ConvLayer, input: Value, output: Value, parameters: LayerParameters, epilogue: Epilogue): Stage {
  const { weight, bias, weightGradient } = parameters;
  const { stride, padding } = layer;
  return {
    output,
    forward: () => [
      {
        label: `${output.name} forward`,
        reads: [input, weight, bias],
        writes: [output],
        prepare: (context, t) =>
          conv2dForward(context, { x: t(input), w: t(weight), bias: t(bias), y: t(output) }, { stride, padding, relu: epilogue === 'relu' }),
      },
    ],
    backward: (gradient, below) => [
      ...activationGradient(output, gradient, parameters, epilogue),
      {
        label: `${output.name} weight gradient`,
        reads: [input, gradient],
        writes: [weightGradient],
        prepare: (context, t) => conv2dGradWeight(context, { x: t(input), dy: t(gradient), dw: t(weightGradient) }, { stride, padding }),
      },
      ...(below ? [inputGradient(gradient, below)] : []),
    ],
  };

  function inputGradient(gradient: Value, below: Value): Step {
    return {
      label: `${output.name} input gradient`,
      reads: [gradient, weight],
      writes: [below],
      prepare: (context, t) => conv2dGradInput(context, { dy: t(gradient), w: t(weight), dx: t(below) }, { stride, padding }),
    };
  }
}
