// matmul's subgroup variant: wants a subgroup size known beforehand. Vector loads where the operand's contiguous extent is a
// multiple of four, scalar ones otherwise.
import { dispatch } from '../gpu/index.js';
import type { Variant } from './contracts.js';
import { EPILOGUES, type MatmulShape } from './matmul-shape.js';
import { lanesOf, SUBGROUP_SIZES } from './subgroups.js';
import { MAX_GROUPS } from './tiles.js';

const FILE = 'matmul/subgroup.wgsl';
const ROWS = 16;
const FLAGS: readonly number[] = [0, 1];

export const matmulSubgroup: Variant<MatmulShape> = {
  name: 'subgroup',
  file: FILE,
  fits(_direction, { M, N }, adapter) {
    const lanes = lanesOf(adapter);
    return lanes !== null && Math.ceil(M / ROWS) <= MAX_GROUPS && Math.ceil(N / (4 * lanes)) <= MAX_GROUPS;
  },
  settings(_direction, { N, K, transposeA, transposeB, bias, relu }, adapter) {
    const aligned = (extent: number): number => (extent % 4 === 0 ? 1 : 0);
    const overrides = {
      TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB,
      ALIGNED_A: transposeA ? 0 : aligned(K), ALIGNED_B: aligned(transposeB ? K : N), BIAS: bias, RELU: relu,
    };
    return [{ spec: { LANES: lanesOf(adapter) ?? 0 }, overrides }];
  },
  pipelines: () =>
    SUBGROUP_SIZES.flatMap((LANES) => layouts().flatMap((layout) => EPILOGUES.map((flags) => ({ file: FILE, entry: 'forward', spec: { LANES }, overrides: { ...layout, ...flags } })))),
  async dispatches(device, _direction, { M, N, K }, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const grid = [Math.ceil(N / (4 * (spec.LANES ?? 1))), Math.ceil(M / ROWS), 1] as const;
    return [dispatch(pipeline, { params: { M, N, K }, buffers, grid })];
  },
};

function layouts(): Record<string, number>[] {
  const ofA = [{ TRANSPOSE_A: 0, ALIGNED_A: 0 }, { TRANSPOSE_A: 0, ALIGNED_A: 1 }, { TRANSPOSE_A: 1, ALIGNED_A: 0 }];
  const ofB = FLAGS.flatMap((TRANSPOSE_B) => FLAGS.map((ALIGNED_B) => ({ TRANSPOSE_B, ALIGNED_B })));
  return ofA.flatMap((a) => ofB.map((b) => ({ ...a, ...b })));
}
