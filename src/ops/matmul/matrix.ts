// matmul's variant on subgroup matrices: f16 operands, f32 results; for contexts that allow reduced precision on adapters that offer
// such matrices (Dawn hands them out with the toggle allow_unsafe_apis).
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { matmulFlags, matmulLayouts, type MatmulShape } from './shape.js';
import { allMatrixSpecs, matrixSpecs, REDUCED_SPAN } from '../reduced.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'matmul/matrix.wgsl';

export const matmulMatrix: Variant<MatmulShape> = {
  name: 'matrix',
  file: FILE,
  reduced: true,
  fits: (_direction, { M, N, batch }, adapter) => batch === 1 && matrixSpecs(adapter).length > 0 && Math.max(M, N) <= MAX_GROUPS * REDUCED_SPAN,
  settings: (_direction, shape, adapter) => matrixSpecs(adapter).map((spec) => ({ spec, overrides: matmulFlags(shape) })),
  pipelines: () => allMatrixSpecs().flatMap((spec) => matmulLayouts().map((overrides) => ({ file: FILE, entry: 'forward', spec, overrides }))),
  async dispatches(device, _direction, { M, N, K }, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const grid = [Math.ceil(N / REDUCED_SPAN), Math.ceil(M / REDUCED_SPAN), 1] as const;
    return [dispatch(pipeline, { params: { M, N, K }, buffers, grid })];
  },
};
