// A dense layer, y = x W + b with W inputs x units, as matmuls. What comes in is flattened by a view.
import type { Tensor } from '../../gpu/index.js';
import { matmul } from '../../ops/index.js';
import type { LayerParameters, Stage, Step } from '../step.js';
import type { Value } from '../value.js';
import { activationGradient, type Epilogue } from './epilogue.js';

export function denseStage(input: Value, output: Value, parameters: LayerParameters, epilogue: Epilogue): Stage {
  const { weight, bias, weightGradient } = parameters;
  return {
    output,
    forward: () => [
      {
        label: `${output.name} forward`,
        reads: [input, weight, bias],
        writes: [output],
        prepare: (context, t) =>
          matmul(context, { a: flat(t(input)), b: t(weight), bias: t(bias), c: t(output) }, { relu: epilogue === 'relu' }),
      },
    ],
    backward: (gradient, below) => [
      ...activationGradient(output, gradient, parameters, epilogue),
      {
        label: `${output.name} weight gradient`,
        reads: [input, gradient],
        writes: [weightGradient],
        prepare: (context, t) => matmul(context, { a: flat(t(input)), b: t(gradient), c: t(weightGradient) }, { transposeA: true }),
      },
      ...(below ? [inputGradient(gradient, below)] : []),
    ],
  };

  function inputGradient(gradient: Value, below: Value): Step {
    return {
      label: `${output.name} input gradient`,
      reads: [gradient, weight],
      writes: [below],
      prepare: (context, t) => matmul(context, { a: t(gradient), b: t(weight), c: flat(t(below)) }, { transposeB: true }),
    };
  }
}

function flat(tensor: Tensor): Tensor {
  const [batch = 1] = tensor.shape;
  return tensor.view([batch, tensor.size / batch]);
}
