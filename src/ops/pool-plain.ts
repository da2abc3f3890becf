// pool's plain variant: one thread an element of the result; fits everything.
import { dispatch, linearGrid } from '../gpu/index.js';
import type { Variant } from './contracts.js';
import { poolOverrides, poolEntry, poolPipelines } from './pool-entries.js';
import type { PoolShape } from './pool-shape.js';

const FILE = 'pool/plain.wgsl';
const WORKGROUP = 64;

export const poolPlain: Variant<PoolShape> = {
  name: 'plain',
  file: FILE,
  fits: () => true,
  settings: (direction, shape) => [{ spec: {}, overrides: poolOverrides(direction, shape) }],
  pipelines: () => poolPipelines(FILE),
  async dispatches(device, direction, shape, { overrides }, buffers) {
    const { planes, H, W, P, Q } = shape;
    const pipeline = await device.pipeline({ file: FILE, entry: poolEntry(direction, shape), overrides });
    const outputs = direction === 'forward' ? planes * P * Q : planes * H * W;
    return [dispatch(pipeline, { params: params(shape), buffers, grid: linearGrid(outputs, WORKGROUP) })];
  },
};

function params({ planes, H, W, R, S, P, Q, strideH, strideW, padH, padW }: PoolShape): Record<string, number> {
  return { planes, H, W, R, S, P, Q, stride_h: strideH, stride_w: strideW, pad_h: padH, pad_w: padW };
}
