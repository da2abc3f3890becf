// Predictors on rows that each have a model of their own, all of one kind, in one dispatch. Many rows by one model are rbf.ts's and linear.ts's.
import { ShapeError } from '../../core/index.js';
import { dispatch, type Dispatch, linearGrid, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext, type ShapeFacts, type Variant } from '../contracts.js';
import type { RbfNumbers } from './rbf.js';

const FILE = 'inference/own-model.wgsl';
const WORKGROUP = 64;

export interface OwnModelShape extends ShapeFacts {
  readonly rows: number;
  /** Numbers of models that all rows together meet. */
  readonly numbers: number;
  /** 1: RBF; 0: linear. */
  readonly rbf: number;
}

const plain: Variant<OwnModelShape> = {
  name: 'plain',
  file: FILE,
  fits: () => true,
  settings: (_direction, { rbf }) => [{ spec: {}, overrides: { WORKGROUP, RBF: rbf } }],
  pipelines: () => [0, 1].map((RBF) => ({ file: FILE, entry: 'forward', overrides: { WORKGROUP, RBF } })),
  async dispatches(device, direction, { rows }, { overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: direction, overrides });
    return [dispatch(pipeline, { params: { rows }, buffers, grid: linearGrid(rows, 1) })];
  },
};

export const ownModelFamily: Family<OwnModelShape> = {
  name: 'inference own model',
  directions: ['forward'],
  variants: [plain],
  flops: (_direction, { numbers, rbf }) => (rbf === 1 ? 3 : 2) * numbers,
  bytes: (_direction, { rows, numbers }) => 4 * (numbers + 5 * rows),
};

/** As the kernel has them; `x` and `model` are offsets into its buffers. */
export interface OwnModelRow {
  readonly x: number;
  readonly model: number;
  readonly columns: number;
  /** 0: linear. */
  readonly vectors: number;
}

export function ownModelTable(rows: readonly OwnModelRow[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(rows.flatMap(({ x, model, columns, vectors }) => [x, model, columns, vectors]));
}

export function linearNumbers({ bias, weights }: { readonly bias: number; readonly weights: ArrayLike<number> }): number[] {
  return [bias, ...Array.from(weights)];
}

export function rbfNumbers({ columns, gamma, bias, coefficients, support }: RbfNumbers): number[] {
  const vectors = coefficients.length;
  const sideBySide = Array.from({ length: columns * vectors }, (_, at) => support[(at % vectors) * columns + Math.floor(at / vectors)] ?? NaN);
  return [bias, gamma, ...Array.from(coefficients), ...sideBySide];
}

export interface OwnModelTensors {
  /** u32, rows x 4: ownModelTable. */
  readonly rows: Tensor;
  readonly x: Tensor;
  readonly models: Tensor;
  readonly y: Tensor;
}

export async function ownModelForward(context: OpContext, { rbf, numbers }: { readonly rbf: boolean; readonly numbers: number }, tensors: OwnModelTensors): Promise<Dispatch[]> {
  const count = tensors.rows.size / 4;
  if (!Number.isInteger(count) || tensors.y.size < count) throw new ShapeError(`inference own model: expected 4 numbers a row and y of as many rows, got ${tensors.rows.shape.join('x')} and ${tensors.y.shape.join('x')}`);
  return dispatchesOf(context, ownModelFamily, 'forward', { rows: count, numbers, rbf: rbf ? 1 : 0 }, { ...tensors });
}
