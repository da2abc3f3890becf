// conv2d's variant on subgroup matrices, forward alone: f16 operands, f32 results; for contexts that allow reduced precision on
// adapters that offer such matrices (Dawn hands them out with the toggle allow_unsafe_apis).
import { dispatch } from '../../gpu/index.js';
import { reducedFits, reducedParts } from './f16.js';
import type { Conv2dShape } from './shape.js';
import type { Variant } from '../contracts.js';
import { EPILOGUES } from '../matmul/shape.js';
import { allMatrixSpecs, matrixSpecs, REDUCED_SPAN } from '../reduced.js';

const FILE = 'conv2d/matrix.wgsl';

export const conv2dMatrix: Variant<Conv2dShape> = {
  name: 'matrix',
  file: FILE,
  reduced: true,
  fits: (direction, shape, adapter) => direction === 'forward' && matrixSpecs(adapter).length > 0 && reducedFits(shape),
  settings: (_direction, { bias, relu }, adapter) => matrixSpecs(adapter).map((spec) => ({ spec, overrides: { BIAS: bias, RELU: relu } })),
  pipelines: () => allMatrixSpecs().flatMap((spec) => EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', spec, overrides }))),
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    return [dispatch(pipeline, { ...reducedParts(shape, REDUCED_SPAN), buffers })];
  },
};
