// pool's tiled variant: 2x2 windows at stride 2 on even widths, a thread a window. Choices are recorded as plain does, so
// either variant's forward goes with the other's backward.
import { dispatch, linearGrid } from '../gpu/index.js';
import type { Variant } from './contracts.js';
import { poolOverrides, poolEntry, poolPipelines } from './pool-entries.js';
import type { PoolShape } from './pool-shape.js';

const FILE = 'pool/tiled.wgsl';
const WORKGROUP = 64;

export const poolTiled: Variant<PoolShape> = {
  name: 'tiled',
  file: FILE,
  fits: (_direction, { R, S, strideH, strideW, padH, padW, W }) =>
    R === 2 && S === 2 && strideH === 2 && strideW === 2 && padH === 0 && padW === 0 && W % 2 === 0,
  settings: (direction, shape) => [{ spec: {}, overrides: poolOverrides(direction, shape) }],
  pipelines: () => poolPipelines(FILE),
  async dispatches(device, direction, shape, { overrides }, buffers) {
    const { planes, H, P, Q } = shape;
    const pipeline = await device.pipeline({ file: FILE, entry: poolEntry(direction, shape), overrides });
    return [dispatch(pipeline, { params: { rows: planes * P, H, P, Q }, buffers, grid: linearGrid(planes * P * Q, WORKGROUP) })];
  },
};
