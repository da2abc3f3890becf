// lstm: a layer over a window of T steps. What does not wait for the step before it is a matmul over all steps at once (input
// part, gradients of weights and inputs); the recurrence is one fused kernel a step. Layers are stacked by the caller, with
// dropout between them; gradients stop at the window's first step (truncated back-propagation), states go on (lstmCarry).
//
// Row 4j+g of w, r and bias belongs to gate g of unit j; gates are i (input), f (forget), g (candidate), o (output). With the
// gates of a unit side by side a thread loads them at once. No peepholes, one bias.
import { ShapeError } from '../../core/index.js';
import { dispatch, type Dispatch, linearGrid, requireShape, Tensor } from '../../gpu/index.js';
import { biasGrad } from '../bias.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';
import { lstmPlain } from './plain.js';
import { lstmShape, type LstmShape, requireLstmShapes, three } from './shape.js';
import { lstmSubgroup } from './subgroup.js';
import { lstmTiled } from './tiled.js';
import { matmul } from '../matmul/matmul.js';

export { type LstmShape } from './shape.js';

const CARRY = 'lstm/carry.wgsl';
const WORKGROUP = 64;

/** Additions and multiplications of a cell beside the matrix product; exp and division count as one. */
const CELL_FLOPS = { forward: 25, grad_input: 30 } as const;

/** The recurrence alone: T steps of h.r^T and the cell, or of da.r and the cell's gradient. */
export const lstmFamily: Family<LstmShape> = {
  name: 'lstm',
  directions: ['forward', 'grad_input'],
  variants: [lstmPlain, lstmTiled, lstmSubgroup],
  flops: (direction, { T, B, H }) => {
    const forward = direction === 'forward';
    return 8 * B * H * H * (forward ? T : T - 1) + CELL_FLOPS[forward ? 'forward' : 'grad_input'] * T * B * H;
  },
  // r once; gates read and written; forward h, c and y written; grad_input c and dy read.
  bytes: (direction, { T, B, H }) => 4 * (4 * H * H + T * B * H * (8 + (direction === 'forward' ? 3 : 2))),
};

export interface LstmTensors {
  /** T B I. */
  readonly x: Tensor;
  /** 4H I. */
  readonly w: Tensor;
  /** 4H H. */
  readonly r: Tensor;
  /** States (T+1) B H: row 0 is the state that comes in and must be set (lstmCarry, device.clear), row T the one that goes out. */
  readonly h: Tensor;
  readonly c: Tensor;
  /** T B 4H: activations after the forward pass; the backward pass turns them into the gradient before the activations. */
  readonly gates: Tensor;
}

export interface LstmForwardTensors extends LstmTensors {
  /** 4H. */
  readonly bias: Tensor;
  /** T B H: the layer's output, rows 1..T of h as a tensor of its own. */
  readonly y: Tensor;
}

/** y, the states and the gates from x and row 0 of h and c; everything else is overwritten. */
export async function lstmForward(context: OpContext, tensors: LstmForwardTensors): Promise<Dispatch[]> {
  const { x, w, bias, r, gates, h, c, y } = tensors;
  const shape = lstmShape(gates, { r, h, c, y, bias });
  const I = requireInputs(shape, { x, w });
  const rows = shape.T * shape.B;
  return [
    ...(await matmul(context, { a: x.view([rows, I]), b: w, bias, c: gates.view([rows, 4 * shape.H]) }, { transposeB: true })),
    ...(await dispatchesOf(context, lstmFamily, 'forward', shape, { r, gates, h, c, y })),
  ];
}

export interface LstmBackwardTensors extends LstmTensors {
  /** T B H. */
  readonly dy: Tensor;
  /** Shapes of w, r, bias and x; overwritten. Without dx the input's gradient is left out. */
  readonly dw: Tensor;
  readonly dr: Tensor;
  readonly dbias: Tensor;
  readonly dx?: Tensor;
}

/** Gradients from dy and what the forward pass left in h, c and gates; `gates` is overwritten by its own gradient. */
export async function lstmBackward(context: OpContext, tensors: LstmBackwardTensors): Promise<Dispatch[]> {
  const { x, w, r, gates, h, c, dy, dw, dr, dbias, dx } = tensors;
  const shape = lstmShape(gates, { r, h, c, dy, dr, dbias });
  const I = requireInputs(shape, { x, w, dw, ...(dx ? { dx } : {}) });
  const { T, B, H } = shape;
  const da = gates.view([T * B, 4 * H]);
  return [
    ...(await dispatchesOf(context, lstmFamily, 'grad_input', shape, { r, gates, c, dy })),
    ...(await matmul(context, { a: da, b: x.view([T * B, I]), c: dw }, { transposeA: true })),
    ...(await matmul(context, { a: da, b: statesBefore(h, shape), c: dr }, { transposeA: true })),
    ...(await biasGrad(context, { dy: da, db: dbias })),
    ...(dx ? await matmul(context, { a: da, b: w, c: dx.view([T * B, I]) }) : []),
  ];
}

/**
 * Row T of h and c becomes row 0: the text goes on. Param `keep`: 0 starts with zeros instead (`dispatch.params.set({ keep })`),
 * as at the beginning of an epoch.
 */
export async function lstmCarry({ device }: OpContext, { h, c }: { h: Tensor; c: Tensor }): Promise<Dispatch[]> {
  const [rows, B, H] = three(h, 'states T+1 B H');
  requireShape(c, h.shape, 'lstm c');
  if (rows < 2) throw new ShapeError(`lstm: expected states of at least two rows, got ${h.shape.join('x')} (${h.label})`);
  const size = B * H;
  const pipeline = await device.pipeline({ file: CARRY, entry: 'carry' });
  return [dispatch(pipeline, { params: { size, last: (rows - 1) * size, keep: 1 }, buffers: { h, c }, grid: linearGrid(size, WORKGROUP) })];
}

/** I, once x and the tensors beside it agree with it. */
function requireInputs(shape: LstmShape, tensors: { x: Tensor; w: Tensor; dw?: Tensor; dx?: Tensor }): number {
  const [, , I] = three(tensors.x, 'inputs T B I');
  requireLstmShapes(shape, tensors, I);
  return I;
}

/** Rows 0..T-1 of h, what each step came from, as a matrix. */
function statesBefore({ type, buffer, offset, label }: Tensor, { T, B, H }: LstmShape): Tensor {
  return new Tensor([T * B, H], type, buffer, offset, label, null);
}
