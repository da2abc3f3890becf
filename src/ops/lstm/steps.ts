// One dispatch a time step, forwards in time or backwards; what the variants of the recurrence have in common.
import { type Buffers, type Device, dispatch, type Dispatch, type Grid, type Pipeline, type Tensor } from '../../gpu/index.js';
import type { Direction } from '../contracts.js';
import type { LstmShape } from './shape.js';

/** The T dispatches in the order of `direction`. grad_input gets scratch for dc, which the first dispatch owns. */
export function stepDispatches(device: Device, pipeline: Pipeline, direction: Direction, shape: LstmShape, buffers: Buffers, grid: Grid): Dispatch[] {
  const { T, B, H } = shape;
  const steps = Array.from({ length: T }, (_, i) => (direction === 'forward' ? i : T - 1 - i));
  const scratch: Tensor[] = direction === 'forward' ? [] : [device.tensor([B, H], { label: 'lstm dc' })];
  const bound = scratch[0] ? { ...buffers, dc: scratch[0] } : buffers;
  return steps.map((t, i) => dispatch(pipeline, { params: { ...shape, t }, buffers: bound, grid, owns: i === 0 ? scratch : [] }));
}
