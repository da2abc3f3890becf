// lstm's plain variant: one thread a sequence and unit; fits everything.
import { linearGrid } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import type { LstmShape } from './shape.js';
import { stepDispatches } from './steps.js';

const FILE = 'lstm/plain.wgsl';
const WORKGROUP = 64;

export const lstmPlain: Variant<LstmShape> = {
  name: 'plain',
  file: FILE,
  fits: () => true,
  settings: () => [{ spec: {}, overrides: {} }],
  pipelines: () => ['forward', 'grad_input'].map((entry) => ({ file: FILE, entry })),
  async dispatches(device, direction, shape, _settings, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: direction });
    return stepDispatches(device, pipeline, direction, shape, buffers, linearGrid(shape.B * shape.H, WORKGROUP));
  },
};
