// matmul's subgroup variant: wants a subgroup size known beforehand. Vector loads where the operand's contiguous extent is a
// multiple of four, scalar ones otherwise. Large operands are packed first.
import { type Buffers, type Device, dispatch, type Dispatch, type Tensor } from '../../gpu/index.js';
import { need, type Settings, type Variant } from '../contracts.js';
import { packedSize, packPanels, packPipelines } from './pack.js';
import { EPILOGUES, matmulExtents, matmulParams, type MatmulShape } from './shape.js';
import { lanesOf, SUBGROUP_SIZES } from '../subgroups.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'matmul/subgroup.wgsl';
const ROWS: readonly number[] = [32, 16];
/** What 32 rows gain over 16 a row computed (lavapipe: 27 against 22 GFLOP/s a core). */
const TALL_GAIN = 1.2;
/** Packing costs a pass over each operand, which every row and column of the product must repay. */
const PACK_FROM = 256;
const PACKED_ROWS = 32;
const FLAGS: readonly number[] = [0, 1];

export const matmulSubgroup: Variant<MatmulShape> = {
  name: 'subgroup',
  file: FILE,
  fits(_direction, { M, N, batch }, adapter) {
    const lanes = lanesOf(adapter);
    return lanes !== null && Math.ceil(M / 16) <= MAX_GROUPS && Math.ceil(N / (4 * lanes)) <= MAX_GROUPS && batch <= MAX_GROUPS;
  },
  settings(_direction, shape, adapter) {
    const { M, N, K, transposeA, transposeB, bias, relu } = shape;
    const lanes = lanesOf(adapter) ?? 0;
    const aligned = (extent: number): number => (extent % 4 === 0 ? 1 : 0);
    const asTheyLie = {
      TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB,
      ALIGNED_A: transposeA ? 0 : aligned(K), ALIGNED_B: aligned(transposeB ? K : N), BIAS: bias, RELU: relu,
    };
    const settings = byWaste(M).map((rows) => ({ spec: { LANES: lanes, ROWS: rows }, overrides: asTheyLie }));
    const packed = { spec: { LANES: lanes, ROWS: PACKED_ROWS, PACKED: 1 }, overrides: { BIAS: bias, RELU: relu } };
    return packs(shape, lanes, adapter.limits.maxStorageBufferBindingSize ?? 0) ? [packed, ...settings] : settings;
  },
  pipelines: () => [
    ...SUBGROUP_SIZES.flatMap((LANES) => ROWS.map((rows) => ({ LANES, ROWS: rows }))).flatMap((spec) =>
      layouts().flatMap((layout) => EPILOGUES.map((flags) => ({ file: FILE, entry: 'forward', spec, overrides: { ...layout, ...flags } })))),
    ...SUBGROUP_SIZES.flatMap((LANES) => EPILOGUES.map((flags) => ({ file: FILE, entry: 'forward', spec: { LANES, ROWS: PACKED_ROWS, PACKED: 1 }, overrides: flags }))),
    ...packPipelines({ rows: [PACKED_ROWS], columns: SUBGROUP_SIZES.map((lanes) => 4 * lanes) }),
  ],
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const { ROWS: rows = 1, LANES: lanes = 1 } = spec;
    const grid = [Math.ceil(shape.M / rows), Math.ceil(shape.N / (4 * lanes)), shape.batch] as const;
    const [operands, passes] = spec.PACKED === 1 ? await pack(device, shape, spec, buffers) : [{}, []];
    return [...passes, dispatch(pipeline, { params: matmulExtents(shape, buffers), buffers: { ...buffers, ...operands }, grid })];
  },
};

function packs({ M, N, K, batch }: MatmulShape, lanes: number, limit: number): boolean {
  const largest = 4 * Math.max(packedSize({ vectors: M, span: PACKED_ROWS, K }), packedSize({ vectors: N, span: 4 * lanes, K }));
  return batch === 1 && Math.min(M, N, K) >= PACK_FROM && largest <= limit;
}

async function pack(device: Device, shape: MatmulShape, spec: Settings['spec'], buffers: Buffers): Promise<[operands: Record<'a' | 'b', Tensor>, passes: Dispatch[]]> {
  const { a_row = 0, a_column = 0, b_row = 0, b_column = 0 } = matmulParams(shape, buffers);
  const { M, N, K } = shape;
  const { ROWS: rows = 1, LANES: lanes = 1 } = spec;
  const [a, packA] = await packPanels(device, need(buffers, 'a'), { of: 'rows', vectors: M, span: rows, K, vectorStep: a_row, kStep: a_column });
  const [b, packB] = await packPanels(device, need(buffers, 'b'), { of: 'columns', vectors: N, span: 4 * lanes, K, vectorStep: b_column, kStep: b_row });
  return [{ a, b }, [packA, packB]];
}

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
