// pool's tiled variant: a thread a tile of the input. Where 2x2 windows tile the plane it takes both directions, a few windows
// a thread, with a slower kernel file for odd widths; of overlapping windows it takes the gradient (cells.ts).
// Choices are recorded as plain does, so either variant's forward goes with the other's backward.
import { type Device, type Dispatch, dispatch, linearGrid } from '../../gpu/index.js';
import type { Direction, Settings, Variant } from '../contracts.js';
import { cellDispatches, cellPipelines, cellsFit } from './cells.js';
import { poolEntry, poolOverrides, poolPipelines } from './entries.js';
import type { PoolShape } from './shape.js';

const EVEN = 'pool/tiled.wgsl';
const ODD = 'pool/tiled-odd.wgsl';
const WORKGROUP = 64;

/** Windows a thread. Fewer threads cost less to start, which is what counts on a CPU (8 against 1: half the time); more of them hide a GPU's loads. */
const ROWS = [8, 4, 1];
const ROWS_ON_GPU = [1, 4, 8];

export const poolTiled: Variant<PoolShape> = {
  name: 'tiled',
  file: EVEN,
  fits: (direction, shape) => windowsTile(shape) || (direction === 'grad_input' && cellsFit(shape)),
  settings(direction, shape, { software }) {
    if (!windowsTile(shape)) return [{ spec: {}, overrides: {} }];
    return (software ? ROWS : ROWS_ON_GPU).map((rows) => ({ spec: {}, overrides: { ...poolOverrides(direction, shape), ROWS: rows } }));
  },
  pipelines: () => [
    ...[EVEN, ODD].flatMap(poolPipelines).flatMap((key) => ROWS.map((rows) => ({ ...key, overrides: { ...key.overrides, ROWS: rows } }))),
    ...cellPipelines(),
  ],
  async dispatches(device, direction, shape, settings, buffers) {
    if (!windowsTile(shape)) return cellDispatches(device, direction, shape, buffers);
    return windowDispatches(device, direction, shape, settings, buffers);
  },
};

function windowsTile({ H, W, P, Q, R, S, strideH, strideW, padH, padW }: PoolShape): boolean {
  return R === 2 && S === 2 && strideH === 2 && strideW === 2 && padH === 0 && padW === 0 && 2 * P <= H && 2 * Q <= W;
}

async function windowDispatches(
  device: Device,
  direction: Direction,
  shape: PoolShape,
  { overrides }: Settings,
  buffers: Dispatch['buffers'],
): Promise<Dispatch[]> {
  const { planes, H, W, P, Q } = shape;
  const even = W % 2 === 0;
  const pipeline = await device.pipeline({ file: even ? EVEN : ODD, entry: poolEntry(direction, shape), overrides });
  const threads = Math.ceil((planes * P) / (overrides.ROWS ?? NaN)) * Q;
  const params = { rows: planes * P, H, P, Q, ...(even ? {} : { W }) };
  return [dispatch(pipeline, { params, buffers, grid: linearGrid(threads, WORKGROUP) })];
}
