// pool's plain variant: one thread an element of the result; fits everything.
import { dispatch, linearGrid } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { poolOverrides, poolEntry, poolPipelines } from './entries.js';
import type { PoolShape } from './shape.js';

const FILE = 'pool/plain.wgsl';
const WORKGROUP = 256;

export const poolPlain: Variant<PoolShape> = {
  name: 'plain',
  file: FILE,
  fits: () => true,
  settings: (direction, shape) => [{ spec: {}, overrides: poolOverrides(direction, shape) }],
  pipelines: () => poolPipelines(FILE),
  async dispatches(device, direction, shape, { overrides }, buffers) {
    const { planes, H, W, P, Q } = shape;
    const pipeline = await device.pipeline({ file: FILE, entry: poolEntry(direction, shape), overrides });
    const [rows, columns] = direction === 'forward' ? [P, Q] : [H, W];
    return [dispatch(pipeline, { params: params(shape, rows, columns), buffers, grid: linearGrid(planes * rows * columns, WORKGROUP) })];
  },
};

function params({ planes, H, W, R, S, P, Q, strideH, strideW, padH, padW }: PoolShape, rows: number, columns: number): Record<string, number> {
  const reciprocals = { per_plane: 1 / (rows * columns), per_row: 1 / columns, per_stride_h: 1 / strideH, per_stride_w: 1 / strideW };
  return { planes, H, W, R, S, P, Q, stride_h: strideH, stride_w: strideW, pad_h: padH, pad_w: padW, ...reciprocals };
}
