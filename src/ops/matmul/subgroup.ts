// matmul's subgroup variant: wants a subgroup size known beforehand. Vector loads where the operand's contiguous extent is a
// multiple of four, scalar ones otherwise.
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import { EPILOGUES, matmulExtents, type MatmulShape } from './shape.js';
import { lanesOf, SUBGROUP_SIZES } from '../subgroups.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'matmul/subgroup.wgsl';
const ROWS: readonly number[] = [32, 16];
/** What 32 rows gain over 16 a row computed (lavapipe: 27 against 22 GFLOP/s a core). */
const TALL_GAIN = 1.2;
const FLAGS: readonly number[] = [0, 1];

export const matmulSubgroup: Variant<MatmulShape> = {
  name: 'subgroup',
  file: FILE,
  fits(_direction, { M, N, batch }, adapter) {
    const lanes = lanesOf(adapter);
    return lanes !== null && Math.ceil(M / 16) <= MAX_GROUPS && Math.ceil(N / (4 * lanes)) <= MAX_GROUPS && batch <= MAX_GROUPS;
  },
  settings(_direction, { M, N, K, transposeA, transposeB, bias, relu }, adapter) {
    const aligned = (extent: number): number => (extent % 4 === 0 ? 1 : 0);
    const overrides = {
      TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB,
      ALIGNED_A: transposeA ? 0 : aligned(K), ALIGNED_B: aligned(transposeB ? K : N), BIAS: bias, RELU: relu,
    };
    return byWaste(M).map((rows) => ({ spec: { LANES: lanesOf(adapter) ?? 0, ROWS: rows }, overrides }));
  },
  pipelines: () =>
    SUBGROUP_SIZES.flatMap((LANES) => ROWS.map((rows) => ({ LANES, ROWS: rows }))).flatMap((spec) =>
      layouts().flatMap((layout) => EPILOGUES.map((flags) => ({ file: FILE, entry: 'forward', spec, overrides: { ...layout, ...flags } })))),
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const grid = [Math.ceil(shape.M / (spec.ROWS ?? 1)), Math.ceil(shape.N / (4 * (spec.LANES ?? 1))), shape.batch] as const;
    return [dispatch(pipeline, { params: matmulExtents(shape, buffers), buffers, grid })];
  },
};

/** Tall tiles first, unless the rows past the end cost more than they gain. */
function byWaste(M: number): readonly number[] {
  const computed = (rows: number): number => Math.ceil(M / rows) * rows;
  return computed(32) <= computed(16) * TALL_GAIN ? ROWS : [16, 32];
}

function layouts(): Record<string, number>[] {
  const ofA = [{ TRANSPOSE_A: 0, ALIGNED_A: 0 }, { TRANSPOSE_A: 0, ALIGNED_A: 1 }, { TRANSPOSE_A: 1, ALIGNED_A: 0 }];
  const ofB = FLAGS.flatMap((TRANSPOSE_B) => FLAGS.map((ALIGNED_B) => ({ TRANSPOSE_B, ALIGNED_B })));
  return ofA.flatMap((a) => ofB.map((b) => ({ ...a, ...b })));
}
