// A convolution with its bias and ReLU.
import type { ConvLayer } from '../../core/index.js';
import { conv2dForward, conv2dGradInput, conv2dGradWeight } from '../../ops/index.js';
import type { LayerParameters, Stage } from '../step.js';
import type { Value } from '../value.js';
import type { Epilogue } from './epilogue.js';
import { linearStage } from './linear.js';

export function convStage(layer: ConvLayer, input: Value, output: Value, parameters: LayerParameters, epilogue: Epilogue): Stage {
  const { weight, bias, weightGradient } = parameters;
  const { stride, padding, dilation = [1, 1], groups = 1 } = layer;
  const attributes = { stride, padding, dilation, groups };
  return linearStage(input, output, parameters, epilogue, {
    forward: (context, t) =>
      conv2dForward(context, { x: t(input), w: t(weight), ...(bias ? { bias: t(bias) } : {}), y: t(output) }, { ...attributes, relu: epilogue === 'relu' }),
    weightGradient: (gradient) => (context, t) => conv2dGradWeight(context, { x: t(input), dy: t(gradient), dw: t(weightGradient) }, attributes),
    inputGradient: (gradient, below) => (context, t) => conv2dGradInput(context, { dy: t(gradient), w: t(weight), dx: t(below) }, attributes),
  });
}
