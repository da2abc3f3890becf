// matmul's windows variant: large operands packed into panels, B's read through uniform bindings of 64 KiB, two panels and a stretch of k a
// dispatch. Made for adapters that are CPUs; wants a subgroup size known beforehand.
import { type Buffers, type Device, dispatch, type Dispatch, type Tensor } from '../../gpu/index.js';
import { need, type Variant } from '../contracts.js';
import { packedSize, packPanels, packPipelines } from './pack.js';
import { EPILOGUES, matmulParams, type MatmulShape } from './shape.js';
import { lanesOf, SUBGROUP_SIZES } from '../subgroups.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'matmul/windows.wgsl';
/** As in the kernel: rows a workgroup, panels of B a dispatch, elements of a window. */
const ROWS = 16;
const PANELS = 2;
const WINDOW = 16384;
/** Packing costs a pass over each operand, which every row and column of the product must repay. */
const MIN_EXTENT = 192;
/** Windows cost a dispatch each; a product that needs more of them is left to the others. */
const MAX_DISPATCHES = 1024;

export const matmulWindows: Variant<MatmulShape> = {
  name: 'windows',
  file: FILE,
  fits(_direction, shape, adapter) {
    const lanes = lanesOf(adapter);
    if (lanes === null || shape.batch > 1 || Math.min(shape.M, shape.N, shape.K) < MIN_EXTENT) return false;
    const { rows, columns, span, K, windows, pairs } = planOf(shape, lanes);
    const largest = 4 * Math.max(packedSize({ vectors: rows, span: ROWS, K }), packedSize({ vectors: columns, span, K }) + WINDOW);
    return largest <= (adapter.limits.maxStorageBufferBindingSize ?? 0) && rows <= MAX_GROUPS * ROWS && pairs * windows <= MAX_DISPATCHES;
  },
  settings(_direction, shape, adapter) {
    const lanes = lanesOf(adapter) ?? 0;
    return [{ spec: { LANES: lanes }, overrides: { BIAS: shape.bias, RELU: shape.relu, TURNED: planOf(shape, lanes).turned ? 1 : 0 } }];
  },
  pipelines: () => [
    ...SUBGROUP_SIZES.flatMap((LANES) => EPILOGUES.flatMap((flags) => [0, 1].map((TURNED) => ({ file: FILE, entry: 'forward', spec: { LANES }, overrides: { ...flags, TURNED } })))),
    ...packPipelines({ rows: [ROWS], columns: SUBGROUP_SIZES.map((lanes) => 4 * lanes) }),
  ],
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const plan = planOf(shape, spec.LANES ?? 1);
    const { rows: M, columns: N, span, blocks, window, windows, pairs } = plan;
    const { a, b, passes } = await pack(device, shape, plan, buffers);
    const panels = Math.ceil(N / span);
    // Past the last panel the last one once more: its columns lie past N.
    const windowAt = (panel: number, first: number): Tensor => b.slice((Math.min(panel, panels - 1) * blocks + first) * 4 * span, WINDOW);
    const products = range(pairs).flatMap((pair) => range(windows).map((w) => {
      const [panel, first] = [pair * PANELS, w * window];
      const params = { M, N, blocks, first, count: Math.min(window, blocks - first), n0: panel * span, last: w === windows - 1 ? 1 : 0 };
      const bound = { a, left: windowAt(panel, first), right: windowAt(panel + 1, first), bias: need(buffers, 'bias'), c: need(buffers, 'c') };
      return dispatch(pipeline, { params, buffers: bound, grid: [Math.ceil(M / ROWS), 1, 1] });
    }));
    return [...passes, ...products];
  },
};

interface Plan {
  /** The transpose is computed. */
  readonly turned: boolean;
  /** Extents of what is computed. */
  readonly rows: number;
  readonly columns: number;
  readonly K: number;
  /** Columns a panel. */
  readonly span: number;
  /** Blocks of four k: in a panel, in a window. */
  readonly blocks: number;
  readonly window: number;
  /** Windows a panel; pairs of panels. */
  readonly windows: number;
  readonly pairs: number;
}

function planOf({ M, N, K }: MatmulShape, lanes: number): Plan {
  const span = 4 * lanes;
  const blocks = Math.ceil(K / 4);
  const window = WINDOW / (4 * span);
  const computed = (rows: number, columns: number): number => Math.ceil(rows / ROWS) * ROWS * Math.ceil(columns / (PANELS * span)) * PANELS * span;
  const turned = computed(N, M) < computed(M, N);
  const [rows, columns] = turned ? [N, M] : [M, N];
  return { turned, rows, columns, K, span, blocks, window, windows: Math.ceil(blocks / window), pairs: Math.ceil(columns / (PANELS * span)) };
}

async function pack(device: Device, shape: MatmulShape, { turned, rows, columns, K, span }: Plan, buffers: Buffers): Promise<{ a: Tensor; b: Tensor; passes: Dispatch[] }> {
  const { a_row = 0, a_column = 0, b_row = 0, b_column = 0 } = matmulParams(shape, buffers);
  const left = { source: need(buffers, 'a'), vectorStep: a_row, kStep: a_column };
  const right = { source: need(buffers, 'b'), vectorStep: b_column, kStep: b_row };
  const [ofRows, ofColumns] = turned ? [right, left] : [left, right];
  const [a, packA] = await packPanels(device, ofRows.source, { of: 'rows', vectors: rows, span: ROWS, K, ...ofRows });
  // A window that begins in the last panel ends behind it.
  const [b, packB] = await packPanels(device, ofColumns.source, { of: 'columns', vectors: columns, span, K, tail: WINDOW, ...ofColumns });
  return { a, b, passes: [packA, packB] };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
