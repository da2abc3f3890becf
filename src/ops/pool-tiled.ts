// pool's tiled variant: 2x2 windows at stride 2, a thread a few windows; one kernel file for even widths and a slower one
// for odd ones. Choices are recorded as plain does, so either variant's forward goes with the other's backward.
import { dispatch, linearGrid } from '../gpu/index.js';
import type { Variant } from './contracts.js';
import { poolEntry, poolOverrides, poolPipelines } from './pool-entries.js';
import type { PoolShape } from './pool-shape.js';

const EVEN = 'pool/tiled.wgsl';
const ODD = 'pool/tiled_odd.wgsl';
const WORKGROUP = 64;

/** Windows a thread. Fewer threads cost less to start, which is what counts on a CPU (8 against 1: half the time); more of them hide a GPU's loads. */
const ROWS = [8, 4, 1];
const ROWS_ON_GPU = [1, 4, 8];

export const poolTiled: Variant<PoolShape> = {
  name: 'tiled',
  file: EVEN,
  fits: (_direction, { R, S, strideH, strideW, padH, padW }) => R === 2 && S === 2 && strideH === 2 && strideW === 2 && padH === 0 && padW === 0,
  settings: (direction, shape, { software }) =>
    (software ? ROWS : ROWS_ON_GPU).map((rows) => ({ spec: {}, overrides: { ...poolOverrides(direction, shape), ROWS: rows } })),
  pipelines: () =>
    [EVEN, ODD].flatMap(poolPipelines).flatMap((key) => ROWS.map((rows) => ({ ...key, overrides: { ...key.overrides, ROWS: rows } }))),
  async dispatches(device, direction, shape, { overrides }, buffers) {
    const { planes, H, W, P, Q } = shape;
    const even = W % 2 === 0;
    const pipeline = await device.pipeline({ file: even ? EVEN : ODD, entry: poolEntry(direction, shape), overrides });
    const threads = Math.ceil((planes * P) / (overrides.ROWS ?? NaN)) * Q;
    const params = { rows: planes * P, H, P, Q, ...(even ? {} : { W }) };
    return [dispatch(pipeline, { params, buffers, grid: linearGrid(threads, WORKGROUP) })];
  },
};
