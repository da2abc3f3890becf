// pool: max and average over windows of N C H W images; any stride and padding, overlapping windows too. Padding is absent:
// a mean divides by the window's real pixels (TensorFlow's convention; Caffe divides by the whole window).
// A max pool that trains records each window's choice (4 bytes an output), so that its input need not be kept for the
// backward pass, ties go to the first maximum, and ReLU's mask comes for free.
import { ShapeError } from '../../core/index.js';
import { type Dispatch, requireShape, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';
import { poolPlain } from './plain.js';
import { type PoolAttributes, type PoolShape, poolShape, requirePooled } from './shape.js';
import { poolTiled } from './tiled.js';

export { type PoolAttributes, type PoolShape, poolShape } from './shape.js';

export const poolFamily: Family<PoolShape> = {
  name: 'pool',
  directions: ['forward', 'grad_input'],
  variants: [poolTiled, poolPlain],
  /** Comparisons or additions. */
  flops: (_direction, { planes, P, Q, R, S }) => planes * P * Q * R * S,
  bytes: (direction, { planes, H, W, P, Q, max, chosen }) => {
    const recorded = max && (chosen || direction === 'grad_input') ? 1 : 0;
    return 4 * planes * (H * W + P * Q * (1 + recorded));
  },
};

/**
 * y = pool(x), or relu of it; x is N C H W, y N C P Q. `chosen` (u32, N C P Q) takes what the backward pass of a max pool
 * needs; leave it out for inference and for averages.
 */
export async function poolForward(
  context: OpContext,
  { x, y, chosen }: { x: Tensor; y: Tensor; chosen?: Tensor },
  attributes: PoolAttributes,
): Promise<Dispatch[]> {
  const recorded = attributes.kind === 'max' ? chosen : undefined;
  const shape = poolShape(x.shape, attributes, recorded !== undefined);
  requirePooled(x.shape, shape, recorded ? { y, chosen: recorded } : { y });
  return dispatchesOf(context, poolFamily, 'forward', shape, recorded ? { x, y, chosen: recorded } : { x, y });
}

/** dx (N C H W, all of it overwritten) from dy (N C P Q) and, for a max pool, what its forward pass wrote to `chosen`. */
export async function poolGradInput(
  context: OpContext,
  { dy, chosen, dx }: { dy: Tensor; chosen?: Tensor; dx: Tensor },
  attributes: PoolAttributes,
): Promise<Dispatch[]> {
  const shape = poolShape(dx.shape, attributes);
  requirePooled(dx.shape, shape, { dy });
  if (attributes.kind === 'average') return dispatchesOf(context, poolFamily, 'grad_input', shape, { dy, dx });
  if (!chosen) throw new ShapeError('pool: expected the tensor `chosen` of the forward pass, got none; hand it to poolForward too');
  requireShape(chosen, dy.shape, 'pool chosen');
  return dispatchesOf(context, poolFamily, 'grad_input', shape, { dy, chosen, dx });
}
