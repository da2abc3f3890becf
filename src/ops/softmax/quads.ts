// softmax's variant for many classes in fours: a workgroup a row with vec4 loads, then wide's workgroup that adds up the rows.
import type { Variant } from '../contracts.js';
import type { SoftmaxShape } from './shape.js';
import { rowsThenSum } from './wide.js';

const FILE = 'softmax/quads.wgsl';
const WORKGROUPS = [8, 64, 256];
const FLAGS = [0, 1];

export const softmaxQuads: Variant<SoftmaxShape> = {
  name: 'quads',
  file: FILE,
  fits: (_direction, { classes }) => classes % 4 === 0,
  settings(_direction, { classes }, { software }) {
    const settings = (WORKGROUP: number, POWERS: number) => ({ spec: {}, overrides: { WORKGROUP, POWERS } });
    // A software adapter pays for barriers by the thread, and for exp: a subgroup a row is 2 to 4 times as fast as 64 threads.
    if (software) return [settings(8, 1)];
    const own = classes < 4096 ? 64 : 256;
    return [settings(own, 0), settings(own, 1)];
  },
  pipelines: () => [
    ...WORKGROUPS.flatMap((WORKGROUP) => ['forward', 'grad_input'].flatMap((entry) => FLAGS.map((POWERS) => ({ file: FILE, entry, overrides: { WORKGROUP, ...(entry === 'forward' ? {} : { POWERS }) } })))),
    { file: 'softmax/wide.wgsl', entry: 'reduce', overrides: { WORKGROUP: 64 } },
  ],
  dispatches: (device, direction, shape, { overrides }, buffers) => {
    const { WORKGROUP = 64, POWERS = 0 } = overrides;
    return rowsThenSum(device, { file: FILE, entry: direction, overrides: direction === 'forward' ? { WORKGROUP } : { WORKGROUP, POWERS } }, shape, buffers);
  },
};
