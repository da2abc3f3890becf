// Clipping by the global norm: the factor min(1, limit / |g|) of a flat gradient, left on the device for an optimizer to read.
import { ShapeError } from '../../core/index.js';
import { type Dispatch, dispatch, requireShape, type Tensor } from '../../gpu/index.js';
import type { OpContext } from '../contracts.js';
import { vectorCount } from '../vectors.js';

const FILE = 'optimizer/norm.wgsl';
const WORKGROUP = 256;
/**
 * vec4s that a thread adds up at least, so that a small gradient takes few workgroups. A software adapter has a handful of threads,
 * and barriers cost it most: with 8 a gradient of 2^20 took 5 ms on lavapipe, twice its update.
 */
const EACH = { card: 8, software: 128 };

/**
 * clip = [min(1, limit / norm), norm] of the gradient, its sum in a fixed order. Elements past a multiple of four do not exist:
 * the flat gradient's length must be one (a network's is, its gaps zero). Param `limit` may change between runs.
 */
export async function clipByNorm({ device }: OpContext, { grad, clip }: { grad: Tensor; clip: Tensor }, limit: number): Promise<Dispatch[]> {
  if (!(limit > 0)) throw new ShapeError(`clip: expected a norm above 0, got ${limit}`);
  if (grad.size % 4 !== 0) throw new ShapeError(`clip: expected a gradient of a multiple of four elements, got ${grad.size}; give the flat gradient of the whole network`);
  requireShape(clip, [2], 'clip');
  const [squares, scale] = await Promise.all([device.pipeline({ file: FILE, entry: 'squares' }), device.pipeline({ file: FILE, entry: 'scale' })]);
  const size = vectorCount(grad.size);
  const count = Math.min(WORKGROUP, Math.ceil(size / (WORKGROUP * (device.facts.software ? EACH.software : EACH.card))));
  const parts = device.tensor([count], { label: 'squares of gradients' });
  const params = { size, parts: count, limit };
  return [
    dispatch(squares, { params, buffers: { grad, parts }, grid: [count, 1, 1], owns: [parts] }),
    dispatch(scale, { params, buffers: { sums: parts, clip }, grid: [1, 1, 1] }),
  ];
}
