// softmax's variant for few classes: a thread a row, one workgroup and one dispatch in all.
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import type { SoftmaxShape } from './shape.js';

const FILE = 'softmax/narrow.wgsl';
const MOST_CLASSES = 32;
const WORKGROUPS = [64, 256];

export const softmaxNarrow: Variant<SoftmaxShape> = {
  name: 'narrow',
  file: FILE,
  fits: (_direction, { classes }) => classes <= MOST_CLASSES,
  settings: (_direction, { rows }) => [{ spec: {}, overrides: { WORKGROUP: rows <= 64 ? 64 : 256 } }],
  pipelines: () => ['forward', 'grad_input'].flatMap((entry) => WORKGROUPS.map((WORKGROUP) => ({ file: FILE, entry, overrides: { WORKGROUP } }))),
  async dispatches(device, direction, shape, { overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: direction, overrides });
    return [dispatch(pipeline, { params: shape, buffers, grid: [1, 1, 1] })];
  },
};
