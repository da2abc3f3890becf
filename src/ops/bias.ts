// Gradient of a bias over channels. Its forward pass is fused into conv2d and matmul.
import { ShapeError } from '../core/index.js';
import { type AdapterFacts, type Dispatch, dispatch, type Grid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';

const FILE = 'bias/plain.wgsl';
const WORKGROUP = 64;

/** Workgroups that fill a real GPU; a software adapter has a handful of threads and one slab spares it a dispatch (17 us). */
const FILLING_WORKGROUPS = 256;

/** Rows that one thread of a dense bias adds up on a real GPU, where reading on is latency. */
const COLUMN_SLAB = 16;

interface Extents {
  readonly N: number;
  readonly K: number;
  readonly plane: number;
}

/**
 * db[k] = sum over samples and pixels of dy, which is N K P Q or N K. With `mask` (dy's shape) only where mask > 0: the
 * output of the ReLU after the bias. For bias, ReLU, max pool (in any order of the last two) hand in the pooled gradient
 * and the pooled output: each window passes its gradient to one pixel, so the sum is the same and a quarter of the work.
 * Sums in a fixed order.
 */
export async function biasGrad(context: OpContext, tensors: { dy: Tensor; mask?: Tensor; db: Tensor }): Promise<Dispatch[]> {
  const { dy, mask, db } = tensors;
  const extents = extentsOf(dy);
  requireShape(db, [extents.K], 'bias db');
  if (mask) requireShape(mask, dy.shape, 'bias mask');
  const slab = slabOf(extents, context.device.facts);
  const slabs = Math.ceil(extents.N / slab);
  const params = { ...extents, slab, slabs };
  const sums = slabs === 1 ? null : context.device.tensor([slabs, extents.K], { label: 'bias sums' });
  const first = await firstStage(context, extents, params, { dy, ...(mask ? { mask } : {}), db: sums ?? db }, sums);
  if (!sums) return [first];
  const reduce = await context.device.pipeline({ file: FILE, entry: 'reduce', overrides: { WORKGROUP } });
  return [first, dispatch(reduce, { params, buffers: { sums, db }, grid: [Math.ceil(extents.K / WORKGROUP), 1, 1] })];
}

async function firstStage(
  { device }: OpContext,
  { K, plane }: Extents,
  params: Record<string, number>,
  buffers: Record<string, Tensor>,
  scratch: Tensor | null,
): Promise<Dispatch> {
  const entry = `${plane > 1 ? 'plane' : 'column'}${'mask' in buffers ? '_masked' : ''}`;
  const pipeline = await device.pipeline({ file: FILE, entry, overrides: { WORKGROUP } });
  const grid: Grid = [plane > 1 ? K : Math.ceil(K / WORKGROUP), params.slabs ?? 1, 1];
  return dispatch(pipeline, { params, buffers, grid, owns: scratch ? [scratch] : [] });
}

/** Samples that one workgroup (image) or thread (dense) adds up. */
function slabOf({ N, K, plane }: Extents, { software }: AdapterFacts): number {
  if (software) return N;
  if (plane === 1) return COLUMN_SLAB;
  return Math.ceil(N / Math.min(N, Math.ceil(FILLING_WORKGROUPS / K)));
}

function extentsOf({ shape, label }: Tensor): Extents {
  const [N, K, ...plane] = shape;
  if (N === undefined || K === undefined) {
    throw new ShapeError(`bias: expected a gradient of N K P Q or N K, got ${shape.join('x')} (${label})`);
  }
  return { N, K, plane: plane.reduce((product, extent) => product * extent, 1) };
}
