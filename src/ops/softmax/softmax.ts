// Softmax cross-entropy over integer labels: loss, accuracy and gradient in one pass, nothing read back.
import { requireShape, type Dispatch, type Tensor } from '../../gpu/index.js';
import { ShapeError } from '../../core/index.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';
import { requireStats } from '../metrics.js';
import { softmaxNarrow } from './narrow.js';
import { softmaxQuads } from './quads.js';
import type { SoftmaxShape } from './shape.js';
import { softmaxWide } from './wide.js';

export { type SoftmaxShape } from './shape.js';

export const softmaxFamily: Family<SoftmaxShape> = {
  name: 'softmax',
  directions: ['forward', 'grad_input'],
  variants: [softmaxNarrow, softmaxQuads, softmaxWide],
  /** Subtract, exp and add a logit; the gradient's exp, divide, subtract and divide. */
  flops: (direction, { rows, classes }) => rows * classes * (direction === 'forward' ? 3 : 7),
  bytes: (direction, { rows, classes }) => 4 * (rows * classes * (direction === 'forward' ? 1 : 2) + rows),
};

export interface SoftmaxTensors {
  /** B x C. */
  readonly logits: Tensor;
  /** B class numbers (u32) below C. */
  readonly labels: Tensor;
  /** Of `statsTensor`: sums, rows right, rows and broken rows are added to it. */
  readonly stats: Tensor;
}

/**
 * loss_n = log(sum_c exp(z_nc)) - z_n,label, added to `stats`. Only the first `count` rows count (default: all); the number
 * is the param `count` of the dispatches, so a last partial batch sets it: `dispatch.params.set({ count })` on each.
 */
export async function softmaxCrossEntropy(context: OpContext, tensors: SoftmaxTensors, count?: number): Promise<Dispatch[]> {
  const shape = softmaxShape(tensors, count);
  const { logits, labels, stats } = tensors;
  return dispatchesOf(context, softmaxFamily, 'forward', shape, { logits, labels, stats });
}

/** The same, and dlogits = (softmax(logits) - onehot(label)) / count, B x C; zeros in rows that do not count. */
export async function softmaxCrossEntropyGrad(
  context: OpContext,
  tensors: SoftmaxTensors & { readonly dlogits: Tensor },
  count?: number,
): Promise<Dispatch[]> {
  const shape = softmaxShape(tensors, count);
  const { logits, labels, stats, dlogits } = tensors;
  requireShape(dlogits, logits.shape, 'softmax dlogits');
  return dispatchesOf(context, softmaxFamily, 'grad_input', shape, { logits, labels, stats, dlogits });
}

function softmaxShape({ logits, labels, stats }: SoftmaxTensors, count?: number): SoftmaxShape {
  const [rows, classes, ...rest] = logits.shape;
  if (rows === undefined || classes === undefined || rest.length > 0) {
    throw new ShapeError(`softmax: expected logits B x C, got ${logits.shape.join('x')} (${logits.label})`);
  }
  requireShape(labels, [rows], 'softmax labels');
  requireStats(stats);
  const counted = count ?? rows;
  if (counted < 1 || counted > rows) throw new ShapeError(`softmax: expected a count from 1 to ${rows}, got ${counted}`);
  return { rows, classes, count: counted };
}
