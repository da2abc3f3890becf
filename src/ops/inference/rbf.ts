// Predictors with an RBF kernel on many rows at once: y = bias + sum_s coefficient_s exp(-gamma |x - support_s|^2), feature-major.
import { ShapeError } from '../../core/index.js';
import { type Device, dispatch, type Dispatch, linearGrid, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext, type ShapeFacts, type Variant } from '../contracts.js';
import { lanesOf, SUBGROUP_SIZES } from '../subgroups.js';
import { rowsOf } from './linear.js';

const PLAIN = 'inference/rbf.wgsl';
const TILED = 'inference/rbf-tiled.wgsl';
const SUBGROUP = 'inference/rbf-subgroup.wgsl';
const WORKGROUP = 64;
/** Support vectors that the kernels take at a time. */
const BLOCK = 16;

export interface RbfShape extends ShapeFacts {
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
  /** Of 16 support vectors. */
  readonly blocks: number;
}

/** `rows` a thread; numbers of the model go through params, so the buffers carry arrays alone. */
function variant(name: string, file: string, rows: number, more: Pick<Variant<RbfShape>, 'fits' | 'settings' | 'pipelines'>): Variant<RbfShape> {
  return {
    name,
    file,
    ...more,
    async dispatches(device, direction, shape, { spec, overrides }, buffers) {
      const pipeline = await device.pipeline({ file, entry: direction, spec, overrides });
      const params = { columns: shape.columns, quads: shape.rows / 4, blocks: shape.blocks, gamma: 0, bias: 0 };
      return [dispatch(pipeline, { params, buffers, grid: linearGrid(shape.rows / rows, overrides.WORKGROUP ?? spec.LANES ?? 1) })];
    },
  };
}

const WORKGROUPS = { spec: {}, overrides: { WORKGROUP } };
const anywhere = (file: string): Pick<Variant<RbfShape>, 'fits' | 'settings' | 'pipelines'> => ({
  fits: () => true,
  settings: () => [WORKGROUPS],
  pipelines: () => [{ file, entry: 'forward', ...WORKGROUPS }],
});

export const rbfFamily: Family<RbfShape> = {
  name: 'inference rbf',
  directions: ['forward'],
  variants: [
    variant('plain', PLAIN, 1, anywhere(PLAIN)),
    variant('tiled', TILED, 4, anywhere(TILED)),
    variant('subgroup', SUBGROUP, 4, {
      fits: (_direction, _shape, adapter) => lanesOf(adapter) !== null,
      settings: (_direction, _shape, adapter) => [{ spec: { LANES: lanesOf(adapter) ?? 0 }, overrides: {} }],
      pipelines: () => SUBGROUP_SIZES.map((LANES) => ({ file: SUBGROUP, entry: 'forward', spec: { LANES } })),
    }),
  ],
  // A subtraction and a multiply-add a column; scale, exp and multiply-add a support vector.
  flops: (_direction, { rows, columns, blocks }) => rows * blocks * BLOCK * (3 * columns + 4),
  bytes: (_direction, { rows, columns, blocks }) => 4 * (rows * (columns + 1) + blocks * BLOCK * (columns + 1)),
};

export interface PackedRbf {
  /** As the rows must have them: a multiple of 4, zeros past the model's. */
  readonly columns: number;
  readonly gamma: number;
  readonly bias: number;
  /** [block][column][16] */
  readonly support: Tensor;
  readonly coefficients: Tensor;
}

export interface RbfNumbers {
  readonly columns: number;
  readonly gamma: number;
  readonly bias: number;
  readonly coefficients: ArrayLike<number>;
  /** Row-major, a support vector a row. */
  readonly support: ArrayLike<number>;
}

/** The tensors are the caller's. */
export function packRbf(device: Device, { columns, gamma, bias, coefficients, support }: RbfNumbers): PackedRbf {
  const padded = 4 * Math.ceil(columns / 4);
  const blocks = Math.max(1, Math.ceil(coefficients.length / BLOCK));
  const packed = new Float32Array(blocks * padded * BLOCK);
  const weights = new Float32Array(blocks * BLOCK);
  for (let s = 0; s < coefficients.length; s++) {
    weights[s] = coefficients[s] ?? NaN;
    for (let c = 0; c < columns; c++) packed[(Math.floor(s / BLOCK) * padded + c) * BLOCK + (s % BLOCK)] = support[s * columns + c] ?? NaN;
  }
  return {
    columns: padded, gamma, bias,
    support: device.tensor([blocks, padded, BLOCK], { data: packed, label: 'support vectors' }),
    coefficients: device.tensor([blocks * BLOCK], { data: weights, label: 'coefficients' }),
  };
}

/** x is columns x rows with zeros in the columns past the model's, y 1 x rows; rows a multiple of 4. */
export async function rbfForward(context: OpContext, { columns, gamma, bias, support, coefficients }: PackedRbf, { x, y }: { x: Tensor; y: Tensor }): Promise<Dispatch[]> {
  const rows = rowsOf(x, 'inference rbf');
  if (x.shape[0] !== columns || y.size < rows) throw new ShapeError(`inference rbf: expected x of ${columns} x ${rows} and y of ${rows}, got ${x.shape.join('x')} and ${y.shape.join('x')}`);
  const shape = { rows, columns, blocks: coefficients.size / BLOCK };
  const dispatches = await dispatchesOf(context, rbfFamily, 'forward', shape, { x, support, coefficients, y });
  for (const { params } of dispatches) params.set({ gamma, bias });
  return dispatches;
}
