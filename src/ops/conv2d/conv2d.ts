// conv2d: cross-correlation over NCHW images with KCRS filters; stride, zero padding, dilation, groups, rectangular filters. Bias
// and ReLU are fused into the forward pass only: their backward is an elementwise op before the gradients here.
import type { Dispatch, Tensor } from '../../gpu/index.js';
import { conv2dF16 } from './f16.js';
import { conv2dMatrix } from './matrix.js';
import { conv2dPlain } from './plain.js';
import { type Conv2dAttributes, type Conv2dShape, conv2dShape, requireConv2dShapes } from './shape.js';
import { conv2dSubgroup } from './subgroup.js';
import { conv2dTiled } from './tiled.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';

export { type Conv2dAttributes, conv2dParams, type Conv2dShape, conv2dShape } from './shape.js';

export const conv2dFamily: Family<Conv2dShape> = {
  name: 'conv2d',
  directions: ['forward', 'grad_input', 'grad_weight'],
  variants: [conv2dPlain, conv2dTiled, conv2dSubgroup, conv2dF16, conv2dMatrix],
  flops: (_direction, { N, C, K, R, S, P, Q, groups }) => (2 * N * K * P * Q * C * R * S) / groups,
  // Each direction touches images, filters and outputs once, two of them read and one written.
  bytes: (_direction, { N, C, H, W, K, R, S, P, Q, groups }) => 4 * (N * C * H * W + (K * C * R * S) / groups + N * K * P * Q),
};

/** y = relu(x * w + bias); x is N C H W, w is K C/groups R S, bias K, y N K P Q. */
export async function conv2dForward(
  context: OpContext,
  { x, w, bias, y }: { x: Tensor; w: Tensor; bias?: Tensor; y: Tensor },
  attributes: Conv2dAttributes & { readonly relu?: boolean } = {},
): Promise<Dispatch[]> {
  const shape = conv2dShape(x.shape, w.shape, attributes, { bias: bias !== undefined, relu: attributes.relu ?? false });
  requireConv2dShapes(shape, bias ? { y, bias } : { y });
  // The epilogue's binding must hold something; without BIAS nobody reads it.
  return dispatchesOf(context, conv2dFamily, 'forward', shape, { x, w, bias: bias ?? w, y });
}

/** dx from dy (N K P Q, already masked by ReLU) and w. Overwrites all of dx. */
export async function conv2dGradInput(
  context: OpContext,
  { dy, w, dx }: { dy: Tensor; w: Tensor; dx: Tensor },
  attributes: Conv2dAttributes = {},
): Promise<Dispatch[]> {
  const shape = conv2dShape(dx.shape, w.shape, attributes);
  requireConv2dShapes(shape, { dy });
  return dispatchesOf(context, conv2dFamily, 'grad_input', shape, { dy, w, dx });
}

/** dw from x and dy (N K P Q, already masked by ReLU), summed over the batch in a fixed order. Overwrites all of dw. */
export async function conv2dGradWeight(
  context: OpContext,
  { x, dy, dw }: { x: Tensor; dy: Tensor; dw: Tensor },
  attributes: Conv2dAttributes = {},
): Promise<Dispatch[]> {
  const shape = conv2dShape(x.shape, dw.shape, attributes);
  requireConv2dShapes(shape, { dy });
  return dispatchesOf(context, conv2dFamily, 'grad_weight', shape, { x, dy, dw });
}
