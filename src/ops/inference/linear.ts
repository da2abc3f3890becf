// Layers of predictors on many rows at once: y = act(w x + bias), feature-major. Not for training: nn's dense layers are matmul's.
import { ShapeError } from '../../core/index.js';
import { dispatch, type Dispatch, linearGrid, type Device, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext, type ShapeFacts, type Variant } from '../contracts.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'inference/linear.wgsl';
const WORKGROUP = 64;
/** Outputs a thread: one for predictors, eight for hidden layers. */
const OUTPUTS: readonly number[] = [1, 8];

export const ACTIVATIONS = ['none', 'relu', 'tanh'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface LinearShape extends ShapeFacts {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Index into ACTIVATIONS. */
  readonly activation: number;
}

const plain: Variant<LinearShape> = {
  name: 'plain',
  file: FILE,
  fits: (_direction, { outputs }) => outputs <= MAX_GROUPS,
  settings: (_direction, { outputs, activation }) => [{ spec: { OUTPUTS: outputsAThread(outputs) }, overrides: { ACTIVATION: activation, WORKGROUP } }],
  pipelines: () => OUTPUTS.flatMap((OUTPUTS) => ACTIVATIONS.map((_name, ACTIVATION) => ({ file: FILE, entry: 'forward', spec: { OUTPUTS }, overrides: { ACTIVATION, WORKGROUP } }))),
  async dispatches(device, direction, { rows, inputs, outputs }, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: direction, spec, overrides });
    const [x, y] = linearGrid(rows / 4, WORKGROUP);
    return [dispatch(pipeline, { params: { inputs, outputs, quads: rows / 4 }, buffers, grid: [x, y, Math.ceil(outputs / (spec.OUTPUTS ?? 1))] })];
  },
};

export const linearFamily: Family<LinearShape> = {
  name: 'inference linear',
  directions: ['forward'],
  variants: [plain],
  flops: (_direction, { rows, inputs, outputs }) => 2 * rows * inputs * outputs,
  bytes: (_direction, { rows, inputs, outputs }) => 4 * (rows * (inputs + outputs) + inputs * outputs),
};

export interface PackedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** [blocks of OUTPUTS][inputs][OUTPUTS], zeros past the last output. */
  readonly w: Tensor;
  readonly bias: Tensor;
}

function outputsAThread(outputs: number): number {
  return outputs === 1 ? 1 : 8;
}

/** `weights` is outputs x inputs, row-major; the tensors are the caller's. */
export function packLayer(device: Device, weights: ArrayLike<number>, bias: ArrayLike<number>, activation: Activation = 'none'): PackedLayer {
  const outputs = bias.length;
  const inputs = weights.length / outputs;
  if (!Number.isInteger(inputs) || inputs < 1) throw new ShapeError(`inference linear: expected weights for each of ${outputs} outputs, got ${weights.length}`);
  const each = outputsAThread(outputs);
  const packed = new Float32Array(Math.ceil(outputs / each) * inputs * each);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) packed[(Math.floor(o / each) * inputs + i) * each + (o % each)] = weights[o * inputs + i] ?? NaN;
  }
  return { inputs, outputs, activation, w: device.tensor([packed.length], { data: packed, label: 'packed layer' }), bias: device.tensor([outputs], { data: Float32Array.from(bias), label: 'layer bias' }) };
}

/** x is inputs x rows (more inputs may stand below: they are not read), y outputs x rows; rows a multiple of 4. */
export async function linearForward(context: OpContext, { w, bias, inputs, outputs, activation }: PackedLayer, { x, y }: { x: Tensor; y: Tensor }): Promise<Dispatch[]> {
  const rows = rowsOf(x, 'inference linear');
  if (y.size < outputs * rows || x.size < inputs * rows) throw new ShapeError(`inference linear: expected x of ${inputs} x ${rows} and y of ${outputs} x ${rows}, got ${x.shape.join('x')} and ${y.shape.join('x')}`);
  return dispatchesOf(context, linearFamily, 'forward', { rows, inputs, outputs, activation: ACTIVATIONS.indexOf(activation) }, { x, w, bias, y });
}

/** Columns of a feature-major matrix, which kernels read in fours. */
export function rowsOf(x: Tensor, family: string): number {
  const [, rows] = x.shape;
  if (x.shape.length === 2 && rows !== undefined && rows % 4 === 0) return rows;
  throw new ShapeError(`${family}: expected features x rows with a multiple of 4 rows, got ${x.shape.join('x')}`);
}
