// A dense layer, y = x W^T + b with W units x inputs, as matmuls. What comes in is flattened by a view.
// This way round the inputs, many where a convolution is flattened, are the contiguous extent of every large operand; the other
// way round a head of 10 units fills 10 of a tile's 32 columns in the weights' gradient.
import type { Tensor } from '../../gpu/index.js';
import { matmul } from '../../ops/index.js';
import type { LayerParameters, Stage } from '../step.js';
import type { Value } from '../value.js';
import type { Epilogue } from './epilogue.js';
import { linearStage } from './linear.js';

export function denseStage(input: Value, output: Value, parameters: LayerParameters, epilogue: Epilogue): Stage {
  const { weight, bias, weightGradient } = parameters;
  return linearStage(input, output, parameters, epilogue, {
    forward: (context, t) =>
      matmul(context, { a: flat(t(input)), b: t(weight), ...(bias ? { bias: t(bias) } : {}), c: t(output) }, { transposeB: true, relu: epilogue === 'relu' }),
    weightGradient: (gradient) => (context, t) => matmul(context, { a: t(gradient), b: flat(t(input)), c: t(weightGradient) }, { transposeA: true }),
    inputGradient: (gradient, below) => (context, t) => matmul(context, { a: t(gradient), b: t(weight), c: flat(t(below)) }),
  });
}

function flat(tensor: Tensor): Tensor {
  const [batch = 1] = tensor.shape;
  return tensor.view([batch, tensor.size / batch]);
}
