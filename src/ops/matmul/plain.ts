// matmul's plain variant: one thread an output element; fits everything within the dispatch limit.
import { dispatch, linearGrid } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { MAX_GROUPS } from '../tiles.js';
import { EPILOGUES, matmulParams, type MatmulShape } from './shape.js';

const FILE = 'matmul/plain.wgsl';
const WORKGROUP = 64;

export const matmulPlain: Variant<MatmulShape> = {
  name: 'plain',
  file: FILE,
  fits: (_direction, { batch }) => batch <= MAX_GROUPS,
  settings: (_direction, { bias, relu }) => [{ spec: {}, overrides: { BIAS: bias, RELU: relu } }],
  pipelines: () => EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', overrides })),
  async dispatches(device, _direction, shape, { overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', overrides });
    const [x, y] = linearGrid(shape.M * shape.N, WORKGROUP);
    return [dispatch(pipeline, { params: matmulParams(shape, buffers), buffers, grid: [x, y, shape.batch] })];
  },
};
