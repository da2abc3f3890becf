// matmul's tiled variant: workgroup memory and register tiles, for GPUs; fits everything within the dispatch limit.
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { EPILOGUES, matmulExtents, type MatmulShape } from './shape.js';
import { MAX_GROUPS, SIDE, TILES } from '../tiles.js';

const FILE = 'matmul/tiled.wgsl';
const FLAGS: readonly number[] = [0, 1];

export const matmulTiled: Variant<MatmulShape> = {
  name: 'tiled',
  file: FILE,
  fits: (_direction, { M, N, batch }) => Math.max(M, N) <= MAX_GROUPS * SIDE && batch <= MAX_GROUPS,
  settings: (_direction, { transposeA, transposeB, bias, relu }) =>
    TILES.map((spec) => ({ spec, overrides: { TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB, BIAS: bias, RELU: relu } })),
  pipelines: () =>
    TILES.flatMap((spec) =>
      FLAGS.flatMap((TRANSPOSE_A) =>
        FLAGS.flatMap((TRANSPOSE_B) => EPILOGUES.map((flags) => ({ file: FILE, entry: 'forward', spec, overrides: { TRANSPOSE_A, TRANSPOSE_B, ...flags } }))),
      ),
    ),
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const span = SIDE * (spec.TILE ?? 1);
    return [dispatch(pipeline, { params: matmulExtents(shape, buffers), buffers, grid: [Math.ceil(shape.N / span), Math.ceil(shape.M / span), shape.batch] })];
  },
};
