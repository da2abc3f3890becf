// conv2d's plain variant: one thread an output element; fits everything.
import { dispatch, linearGrid } from '../../gpu/index.js';
import { conv2dParams, type Conv2dShape } from './shape.js';
import type { Direction, Variant } from '../contracts.js';
import { EPILOGUES } from '../matmul/shape.js';

const FILE = 'conv2d/plain.wgsl';
const WORKGROUP = 64;

export const conv2dPlain: Variant<Conv2dShape> = {
  name: 'plain',
  file: FILE,
  fits: () => true,
  settings: (direction, { bias, relu }) => [{ spec: {}, overrides: direction === 'forward' ? { BIAS: bias, RELU: relu } : {} }],
  pipelines: () => [
    ...EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', overrides })),
    { file: FILE, entry: 'grad_input' },
    { file: FILE, entry: 'grad_weight' },
  ],
  async dispatches(device, direction, shape, { overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: direction, overrides });
    return [dispatch(pipeline, { params: conv2dParams(shape), buffers, grid: linearGrid(outputs(direction, shape), WORKGROUP) })];
  },
};

function outputs(direction: Direction, { N, C, H, W, K, R, S, P, Q, groups }: Conv2dShape): number {
  switch (direction) {
    case 'forward':
      return N * K * P * Q;
    case 'grad_input':
      return N * C * H * W;
    case 'grad_weight':
      return (K * C * R * S) / groups;
  }
}
