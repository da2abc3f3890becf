// relu, where it is not fused: conv2d and matmul have it in their forward epilogue, max pool in both passes.
import { type Dispatch, dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';
import { vectorCount, wholeVectors } from './vectors.js';

const FILE = 'relu/plain.wgsl';
const WORKGROUP = 256;

/** y = x where x > 0, else 0; NaN passes. x and y of one shape. */
export function reluForward(context: OpContext, { x, y }: { x: Tensor; y: Tensor }): Promise<Dispatch[]> {
  return elementwise(context, 'forward', { x, y }, y);
}

/** dx = dy where y > 0, else 0, with y the ReLU's output. */
export function reluGradInput(context: OpContext, { dy, y, dx }: { dy: Tensor; y: Tensor; dx: Tensor }): Promise<Dispatch[]> {
  return elementwise(context, 'grad_input', { dy, mask: y, dx }, dx);
}

/** The same over the gradient itself: dy becomes dx. */
export function reluGradInPlace(context: OpContext, { y, dy }: { y: Tensor; dy: Tensor }): Promise<Dispatch[]> {
  return elementwise(context, 'grad_input_in_place', { mask: y, dx: dy }, dy);
}

async function elementwise({ device }: OpContext, entry: string, tensors: Record<string, Tensor>, like: Tensor): Promise<Dispatch[]> {
  for (const [name, tensor] of Object.entries(tensors)) requireShape(tensor, like.shape, `relu ${name}`);
  const pipeline = await device.pipeline({ file: FILE, entry });
  const size = vectorCount(like.size);
  const buffers = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, wholeVectors(tensor)]));
  return [dispatch(pipeline, { params: { size }, buffers, grid: linearGrid(size, WORKGROUP) })];
}
