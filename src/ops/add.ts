// The sum of two branches, with its ReLU, and a gradient added to another. The sum's own gradient needs no kernel: both branches
// get it as it is.
import { type Dispatch, dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';
import { vectorCount, wholeVectors } from './vectors.js';

const FILE = 'add/plain.wgsl';
const WORKGROUP = 256;

/** y = a + b, or relu of it; one shape. a and b may be the same tensor, y may be neither. */
export async function add({ device }: OpContext, { a, b, y }: { a: Tensor; b: Tensor; y: Tensor }, { relu = false }: { readonly relu?: boolean } = {}): Promise<Dispatch[]> {
  requireShape(a, y.shape, 'add a');
  requireShape(b, y.shape, 'add b');
  const pipeline = await device.pipeline({ file: FILE, entry: 'forward', overrides: { RELU: relu ? 1 : 0 } });
  const buffers = { a: wholeVectors(a), b: wholeVectors(b), y: wholeVectors(y) };
  return [dispatch(pipeline, { params: { size: vectorCount(y.size) }, buffers, grid: linearGrid(vectorCount(y.size), WORKGROUP) })];
}

/** y = y + a, of one shape. */
export async function accumulate({ device }: OpContext, { a, y }: { a: Tensor; y: Tensor }): Promise<Dispatch[]> {
  requireShape(a, y.shape, 'add a');
  const pipeline = await device.pipeline({ file: FILE, entry: 'accumulate' });
  const buffers = { a: wholeVectors(a), y: wholeVectors(y) };
  return [dispatch(pipeline, { params: { size: vectorCount(y.size) }, buffers, grid: linearGrid(vectorCount(y.size), WORKGROUP) })];
}
