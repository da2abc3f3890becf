// matmul's f16 variant: products in f16, sums in f32; for contexts that allow reduced precision on adapters with shader-f16.
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { matmulFlags, matmulLayouts, type MatmulShape } from './shape.js';
import { F16_TILES, hasF16, REDUCED_SPAN } from '../reduced.js';
import { MAX_GROUPS, SIDE } from '../tiles.js';

const FILE = 'matmul/f16.wgsl';

export const matmulF16: Variant<MatmulShape> = {
  name: 'f16',
  file: FILE,
  reduced: true,
  fits: (_direction, { M, N, batch }, adapter) => batch === 1 && hasF16(adapter) && Math.max(M, N) <= MAX_GROUPS * REDUCED_SPAN,
  settings: (_direction, shape) => F16_TILES.map((spec) => ({ spec, overrides: matmulFlags(shape) })),
  pipelines: () => F16_TILES.flatMap((spec) => matmulLayouts().map((overrides) => ({ file: FILE, entry: 'forward', spec, overrides }))),
  async dispatches(device, _direction, { M, N, K }, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const grid = [Math.ceil(N / REDUCED_SPAN), Math.ceil(M / (SIDE * (spec.TILE ?? 1))), 1] as const;
    return [dispatch(pipeline, { params: { M, N, K }, buffers, grid })];
  },
};
