// The mean of each plane, and its gradient. Windows smaller than the plane are pool's.
import { ShapeError } from '../core/index.js';
import { type Device, type Dispatch, dispatch, linearGrid, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';

const FILE = 'global-pool/plain.wgsl';
const WORKGROUP = 64;

/** y (N C 1 1, or N C) from x (N C H W). */
export async function globalPoolForward({ device }: OpContext, { x, y }: { x: Tensor; y: Tensor }): Promise<Dispatch[]> {
  const params = extentsOf(x, y);
  const pipeline = await device.pipeline({ file: FILE, entry: 'forward', overrides: { WORKGROUP, LANES: lanesOf(device) } });
  return [dispatch(pipeline, { params, buffers: { x, y }, grid: linearGrid(params.planes, WORKGROUP / lanesOf(device)) })];
}

/** dx (N C H W) from dy (N C 1 1, or N C). */
export async function globalPoolBackward({ device }: OpContext, { dy, dx }: { dy: Tensor; dx: Tensor }): Promise<Dispatch[]> {
  const params = extentsOf(dx, dy);
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_input', overrides: { WORKGROUP, LANES: lanesOf(device) } });
  return [dispatch(pipeline, { params, buffers: { dy, dx }, grid: linearGrid(params.planes, WORKGROUP / lanesOf(device)) })];
}

/** Threads a plane: side by side on a GPU, one on a CPU, for which barriers are dear (15 times faster on lavapipe). */
function lanesOf({ facts }: Device): number {
  return facts.software ? 1 : 16;
}

function extentsOf(images: Tensor, means: Tensor): { planes: number; size: number } {
  const [N, C, ...plane] = images.shape;
  const size = plane.reduce((product, extent) => product * extent, 1);
  if (N !== undefined && C !== undefined && means.shape[0] === N && means.shape[1] === C && means.size === N * C) return { planes: N * C, size };
  throw new ShapeError(`global pool: expected images N C H W and means N C, got ${images.shape.join('x')} and ${means.shape.join('x')}`);
}
