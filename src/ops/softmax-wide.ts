// softmax's variant for many classes: a workgroup a row, then one workgroup that adds up the rows.
import { dispatch, linearGrid } from '../gpu/index.js';
import type { Variant } from './contracts.js';
import type { SoftmaxShape } from './softmax-shape.js';

const FILE = 'softmax/wide.wgsl';
const WORKGROUPS = [64, 256];

export const softmaxWide: Variant<SoftmaxShape> = {
  name: 'wide',
  file: FILE,
  fits: () => true,
  settings: (_direction, { classes }) => [{ spec: {}, overrides: { WORKGROUP: classes < 1024 ? 64 : 256 } }],
  pipelines: () => ['forward', 'grad_input', 'reduce'].flatMap((entry) => WORKGROUPS.map((WORKGROUP) => ({ file: FILE, entry, overrides: { WORKGROUP } }))),
  async dispatches(device, direction, shape, { overrides }, { stats, ...rowwise }) {
    const rows = await device.pipeline({ file: FILE, entry: direction, overrides });
    const reduce = await device.pipeline({ file: FILE, entry: 'reduce', overrides });
    const parts = device.tensor([shape.rows, 4], { label: 'softmax parts' });
    return [
      dispatch(rows, { params: shape, buffers: { ...rowwise, parts }, grid: linearGrid(shape.rows, 1), owns: [parts] }),
      dispatch(reduce, { params: shape, buffers: { parts, ...(stats ? { stats } : {}) }, grid: [1, 1, 1] }),
    ];
  },
};
