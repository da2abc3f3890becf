// softmax's variant for many classes: a workgroup a row, then one workgroup that adds up the rows.
import { type Buffers, type Device, dispatch, type Dispatch, linearGrid, type PipelineKey } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import type { SoftmaxShape } from './shape.js';

const FILE = 'softmax/wide.wgsl';
const WORKGROUPS = [8, 64, 256];
/** Of the workgroup that adds up the rows. */
const REDUCE = 64;

export const softmaxWide: Variant<SoftmaxShape> = {
  name: 'wide',
  file: FILE,
  fits: () => true,
  settings: (_direction, { classes }, { software }) => [{ spec: {}, overrides: { WORKGROUP: software ? 8 : classes < 1024 ? 64 : 256 } }],
  pipelines: () => [
    ...['forward', 'grad_input'].flatMap((entry) => WORKGROUPS.map((WORKGROUP) => ({ file: FILE, entry, overrides: { WORKGROUP } }))),
    { file: FILE, entry: 'reduce', overrides: { WORKGROUP: REDUCE } },
  ],
  dispatches: (device, direction, shape, { overrides }, buffers) =>
    rowsThenSum(device, { file: FILE, entry: direction, overrides }, shape, buffers),
};

/** A pass whose workgroups leave a row's part of the stats each, and the sum of the parts. */
export async function rowsThenSum(device: Device, pass: PipelineKey, shape: SoftmaxShape, { stats, ...rowwise }: Buffers): Promise<Dispatch[]> {
  const rows = await device.pipeline(pass);
  const reduce = await device.pipeline({ file: FILE, entry: 'reduce', overrides: { WORKGROUP: REDUCE } });
  const parts = device.tensor([shape.rows, 4], { label: 'softmax parts' });
  return [
    dispatch(rows, { params: shape, buffers: { ...rowwise, parts }, grid: linearGrid(shape.rows, 1), owns: [parts] }),
    dispatch(reduce, { params: shape, buffers: { parts, ...(stats ? { stats } : {}) }, grid: [1, 1, 1] }),
  ];
}
