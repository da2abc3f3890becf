// lstm's tiled variant: slabs of the inner extent in workgroup memory, a register tile of sequences; fits everything.
import type { Direction, Variant } from '../contracts.js';
import type { LstmShape } from './shape.js';
import { stepDispatches } from './steps.js';

const FILE = 'lstm/tiled.wgsl';
/** The kernel's tile: units a workgroup, threads side by side in sequences. */
const UNITS = 16;
const SEQUENCE_THREADS = 4;
/** Sequences a thread. A tile of 4 of the gradient takes lavapipe 7 s to compile. */
const ROWS: Readonly<Record<Direction, readonly number[]>> = { forward: [1, 2, 4], grad_input: [1, 2], grad_weight: [] };
/** Workgroups that fill a real GPU: with more than these a larger tile reads the weights less often. */
const FILLING_WORKGROUPS = 256;

export const lstmTiled: Variant<LstmShape> = {
  name: 'tiled',
  file: FILE,
  fits: () => true,
  settings(direction, shape) {
    const filling = ROWS[direction].filter((rows) => groups(shape, rows) >= FILLING_WORKGROUPS);
    const favourite = Math.max(...filling, 1);
    return [favourite, ...ROWS[direction].filter((rows) => rows !== favourite)].map((rows) => ({ spec: { ROWS: rows }, overrides: {} }));
  },
  pipelines: () => (['forward', 'grad_input'] as const).flatMap((entry) => ROWS[entry].map((rows) => ({ file: FILE, entry, spec: { ROWS: rows } }))),
  async dispatches(device, direction, shape, { spec }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: direction, spec });
    const { B, H } = shape;
    const grid = [Math.ceil(H / UNITS), Math.ceil(B / (SEQUENCE_THREADS * (spec.ROWS ?? NaN))), 1] as const;
    return stepDispatches(device, pipeline, direction, shape, buffers, grid);
  },
};

function groups({ B, H }: LstmShape, rows: number): number {
  return Math.ceil(H / UNITS) * Math.ceil(B / (SEQUENCE_THREADS * rows));
}
