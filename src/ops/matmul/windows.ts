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
const MIN_EXTENT = 256;
/** Windows cost a dispatch each; a product that needs more of them is left to the others. */
const MAX_DISPATCHES = 1024;

export const matmulWindows: Variant<MatmulShape> = {
  name: 'windows',
  file: FILE,
  fits(_direction, { M, N, K, batch }, adapter) {
    const lanes = lanesOf(adapter);
    if (lanes === null || batch > 1 || Math.min(M, N, K) < MIN_EXTENT) return false;
    const { span, windows } = windowsOf(K, lanes);
    const largest = 4 * Math.max(packedSize({ vectors: M, span: ROWS, K }), packedSize({ vectors: N, span, K }) + WINDOW);
    return largest <= (adapter.limits.maxStorageBufferBindingSize ?? 0) && M <= MAX_GROUPS * ROWS && Math.ceil(N / (PANELS * span)) * windows <= MAX_DISPATCHES;
  },
  settings: (_direction, { bias, relu }, adapter) => [{ spec: { LANES: lanesOf(adapter) ?? 0 }, overrides: { BIAS: bias, RELU: relu } }],
  pipelines: () => [
    ...SUBGROUP_SIZES.flatMap((LANES) => EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', spec: { LANES }, overrides }))),
    ...packPipelines({ rows: [ROWS], columns: SUBGROUP_SIZES.map((lanes) => 4 * lanes) }),
  ],
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    const { M, N, K } = shape;
    const { span, blocks, windows, window } = windowsOf(K, spec.LANES ?? 1);
    const { a, b, passes } = await pack(device, shape, span, buffers);
    const panels = Math.ceil(N / span);
    // Past the last panel the last one once more: its columns lie past N.
    const windowAt = (panel: number, first: number): Tensor => b.slice((Math.min(panel, panels - 1) * blocks + first) * 4 * span, WINDOW);
    const products = range(Math.ceil(panels / PANELS)).flatMap((pair) => range(windows).map((w) => {
      const [panel, first] = [pair * PANELS, w * window];
      const params = { M, N, blocks, first, count: Math.min(window, blocks - first), n0: panel * span, last: w === windows - 1 ? 1 : 0 };
      const bound = { a, left: windowAt(panel, first), right: windowAt(panel + 1, first), bias: need(buffers, 'bias'), c: need(buffers, 'c') };
      return dispatch(pipeline, { params, buffers: bound, grid: [Math.ceil(M / ROWS), 1, 1] });
    }));
    return [...passes, ...products];
  },
};

/** Columns a panel, blocks of four k a panel and a window, windows a panel. */
function windowsOf(K: number, lanes: number): { span: number; blocks: number; window: number; windows: number } {
  const span = 4 * lanes;
  const blocks = Math.ceil(K / 4);
  const window = WINDOW / (4 * span);
  return { span, blocks, window, windows: Math.ceil(blocks / window) };
}

async function pack(device: Device, shape: MatmulShape, span: number, buffers: Buffers): Promise<{ a: Tensor; b: Tensor; passes: Dispatch[] }> {
  const { a_row = 0, a_column = 0, b_row = 0, b_column = 0 } = matmulParams(shape, buffers);
  const { M, N, K } = shape;
  const [a, packA] = await packPanels(device, need(buffers, 'a'), { of: 'rows', vectors: M, span: ROWS, K, vectorStep: a_row, kStep: a_column });
  // A window that begins in the last panel ends behind it.
  const [b, packB] = await packPanels(device, need(buffers, 'b'), { of: 'columns', vectors: N, span, K, vectorStep: b_column, kStep: b_row, tail: WINDOW });
  return { a, b, passes: [packA, packB] };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
