// matmul's plain variant: one thread an output element; fits everything.
import { dispatch, linearGrid } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { EPILOGUES, matmulParams, type MatmulShape } from './shape.js';

const FILE = 'matmul/plain.wgsl';
const WORKGROUP = 64;

export const matmulPlain: Variant<MatmulShape> = {
  name: 'plain',
  file: FILE,
  fits: () => true,
  settings: (_direction, { bias, relu }) => [{ spec: {}, overrides: { BIAS: bias, RELU: relu } }],
  pipelines: () => EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', overrides })),
  async dispatches(device, _direction, shape, { overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', overrides });
    return [dispatch(pipeline, { params: matmulParams(shape), buffers, grid: linearGrid(shape.M * shape.N, WORKGROUP) })];
  },
};
