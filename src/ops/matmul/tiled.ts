// matmul's tiled variant: workgroup memory and register tiles, for GPUs; fits everything within the dispatch limit.
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { EPILOGUES, type MatmulShape } from './shape.js';
import { MAX_GROUPS, SIDE, TILES } from '../tiles.js';

const FILE = 'matmul/tiled.wgsl';
const FLAGS: readonly number[] = [0, 1];

export const matmulTiled: Variant<MatmulShape> = {
  name: 'tiled',
  file: FILE,
  fits: (_direction, { M, N }) => Math.max(M, N) <= MAX_GROUPS * SIDE,
  settings: (_direction, { transposeA, transposeB, bias, relu }) =>
    TILES.map((spec) => ({ spec, overrides: { TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB, BIAS: bias, RELU: relu } })),
  pipelines: () =>
    TILES.flatMap((spec) =>
      FLAGS.flatMap((TRANSPOSE_A) =>
        FLAGS.flatMap((TRANSPOSE_B) => EPILOGUES.map((flags) => ({ file: FILE, entry: 'forward', spec, overrides: { TRANSPOSE_A, TRANSPOSE_B, ...flags } }))),
      ),
    ),
  async dispatches(device, _direction, { M, N, K }, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const span = SIDE * (spec.TILE ?? 1);
    return [dispatch(pipeline, { params: { M, N, K }, buffers, grid: [Math.ceil(N / span), Math.ceil(M / span), 1] })];
  },
};
