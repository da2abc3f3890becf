// dropout with numbers that are a function of (seed, stream, step, element): the gradient draws the same ones again, a resumed
// training the same as one that ran through, and nothing is stored.
import { ShapeError } from '../core/index.js';
import { dispatch, type Dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';
import { vectorCount, wholeVectors } from './vectors.js';

const FILE = 'dropout/plain.wgsl';
const WORKGROUP = 256;

export interface DropoutSettings {
  /** Share of elements set to zero, 0 <= rate < 1; the others are divided by 1 - rate. */
  readonly rate: number;
  /** u32 of the whole training. */
  readonly seed: number;
  /** u32 of the place in the network: layers with equal streams drop the same elements. */
  readonly stream: number;
}

/**
 * y = x with elements dropped; with dy and dx in the places of x and y it is the gradient. x and y of one shape, or one tensor.
 * Param `step` (u32, 0 at first): `dispatch.params.set({ step })` a training step, on forward and gradient alike. For
 * evaluation leave the dispatch out.
 */
export async function dropout({ device }: OpContext, { x, y }: { x: Tensor; y: Tensor }, settings: DropoutSettings): Promise<Dispatch[]> {
  requireShape(y, x.shape, 'dropout y');
  const inPlace = x.buffer === y.buffer && x.offset === y.offset;
  const pipeline = await device.pipeline({ file: FILE, entry: inPlace ? 'in_place' : 'forward' });
  const params = { ...dropoutParams(settings), step: 0, size: vectorCount(x.size) };
  const buffers = inPlace ? { y: wholeVectors(y) } : { x: wholeVectors(x), y: wholeVectors(y) };
  return [dispatch(pipeline, { params, buffers, grid: linearGrid(params.size, WORKGROUP) })];
}

/** Params of the kernel for these settings, to change them between runs. Throws a ShapeError on a rate outside 0 <= rate < 1. */
export function dropoutParams({ rate, seed, stream }: DropoutSettings): { seed: number; stream: number; threshold: number; scale: number } {
  if (!(rate >= 0 && rate < 1)) throw new ShapeError(`dropout: expected a rate from 0 and below 1, got ${rate}`);
  return { seed, stream, threshold: Math.floor(rate * 2 ** 32), scale: 1 / (1 - rate) };
}
