// The mean of each plane, and its gradient. Windows smaller than the plane are pool's.
import { ShapeError } from '../core/index.js';
import { type Dispatch, dispatch, linearGrid, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';

const FILE = 'global-pool/plain.wgsl';

/** y (N C 1 1, or N C) from x (N C H W). */
export async function globalPoolForward({ device }: OpContext, { x, y }: { x: Tensor; y: Tensor }): Promise<Dispatch[]> {
  const params = extentsOf(x, y);
  const pipeline = await device.pipeline({ file: FILE, entry: 'forward' });
  return [dispatch(pipeline, { params, buffers: { x, y }, grid: linearGrid(params.planes, 1) })];
}

/** dx (N C H W) from dy (N C 1 1, or N C). */
export async function globalPoolBackward({ device }: OpContext, { dy, dx }: { dy: Tensor; dx: Tensor }): Promise<Dispatch[]> {
  const params = extentsOf(dx, dy);
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_input' });
  return [dispatch(pipeline, { params, buffers: { dy, dx }, grid: linearGrid(params.planes, 1) })];
}

function extentsOf(images: Tensor, means: Tensor): { planes: number; size: number } {
  const [N, C, ...plane] = images.shape;
  const size = plane.reduce((product, extent) => product * extent, 1);
  if (N !== undefined && C !== undefined && means.shape[0] === N && means.shape[1] === C && means.size === N * C) return { planes: N * C, size };
  throw new ShapeError(`global pool: expected images N C H W and means N C, got ${images.shape.join('x')} and ${means.shape.join('x')}`);
}
