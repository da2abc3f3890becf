// The gradient of overlapping windows, a thread a cell of the padded input that is one stride high and wide.
import { type Buffers, type Device, type Dispatch, dispatch, linearGrid, type PipelineKey } from '../../gpu/index.js';
import type { Direction } from '../contracts.js';
import { poolEntry } from './entries.js';
import type { PoolShape } from './shape.js';

const FILE = 'pool/tiled-cells.wgsl';
const WORKGROUP = 64;

/** At most two windows cover a cell along each axis. */
export function cellsFit({ R, S, strideH, strideW }: PoolShape): boolean {
  return R <= 2 * strideH && S <= 2 * strideW;
}

export function cellPipelines(): PipelineKey[] {
  return ['max_grad_input', 'average_grad_input'].map((entry) => ({ file: FILE, entry, overrides: {} }));
}

export async function cellDispatches(device: Device, direction: Direction, shape: PoolShape, buffers: Buffers): Promise<Dispatch[]> {
  const { planes, H, W, R, S, P, Q, strideH, strideW, padH, padW } = shape;
  const [rows, columns] = [Math.ceil((H + padH) / strideH), Math.ceil((W + padW) / strideW)];
  const pipeline = await device.pipeline({ file: FILE, entry: poolEntry(direction, shape), overrides: {} });
  const extents = { planes, H, W, R, S, P, Q, stride_h: strideH, stride_w: strideW, pad_h: padH, pad_w: padW };
  const params = { ...extents, rows, columns, per_plane: 1 / (rows * columns), per_row: 1 / columns };
  return [dispatch(pipeline, { params, buffers, grid: linearGrid(planes * rows * columns, WORKGROUP) })];
}
