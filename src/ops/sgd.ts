// SGD with momentum and L2 decay, PyTorch's convention. One flat tensor a dispatch: a network that keeps its weights,
// gradients and velocities in three flat buffers updates in one launch.
import { type Dispatch, dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';
import { vectorCount, wholeVectors } from './vectors.js';

const FILE = 'optimizer/sgd.wgsl';
const WORKGROUP = 256;

export interface SgdSettings {
  readonly rate: number;
  /** 0 to 1; 0 = plain SGD. */
  readonly momentum: number;
  /** Added to the gradient as decay x weight. */
  readonly decay: number;
}

/**
 * g = grad + decay w; v = momentum v + g; w = w - rate v (Nesterov: w - rate (g + momentum v)). All of one shape; the
 * velocity starts as zeros. A schedule sets `sgdParams(settings)` on the dispatch's params before a step.
 */
export async function sgd(
  { device }: OpContext,
  { weights, grad, velocity }: { weights: Tensor; grad: Tensor; velocity: Tensor },
  settings: SgdSettings & { readonly nesterov?: boolean },
): Promise<Dispatch[]> {
  requireShape(grad, weights.shape, 'sgd grad');
  requireShape(velocity, weights.shape, 'sgd velocity');
  const pipeline = await device.pipeline({ file: FILE, entry: 'update', overrides: { NESTEROV: settings.nesterov ? 1 : 0 } });
  const size = vectorCount(weights.size);
  const buffers = { grad: wholeVectors(grad), weights: wholeVectors(weights), velocity: wholeVectors(velocity) };
  return [dispatch(pipeline, { params: { size, ...sgdParams(settings) }, buffers, grid: linearGrid(size, WORKGROUP) })];
}

export function sgdParams({ rate, momentum, decay }: SgdSettings): { rate: number; momentum: number; decay: number } {
  return { rate, momentum, decay };
}
