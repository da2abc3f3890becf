// LSTM layers: one step, which is the recurrence alone and what a generator pays, and whole windows as language models train on.
import { type Direction, lstmBackward, lstmFamily, lstmForward } from '../../ops/index.js';
import type { BenchCase } from './case.js';
import { kernelCase, need, ofFamily, type TensorSpec } from './kernel-case.js';

export interface LstmAxes {
  readonly batch: number;
  /** T; 1 = a single step. */
  readonly steps: number;
  /** Inputs and hidden units alike. */
  readonly hidden: number;
}

export const LSTM_SHAPES: readonly LstmAxes[] = [
  { batch: 20, steps: 1, hidden: 200 },
  { batch: 20, steps: 35, hidden: 200 },
  { batch: 20, steps: 35, hidden: 650 },
];

export const LSTM_DIRECTIONS: readonly Direction[] = ['forward', 'grad_input'];

/** The layer's GEMMs over all steps are part of the work: the input part forward; gradients of w, r and x backward. */
export function lstmCase({ batch: B, steps: T, hidden: H }: LstmAxes, direction: Direction): BenchCase {
  const recurrence = ofFamily(lstmFamily, direction, { T, B, H });
  const gemm = 2 * T * B * 4 * H * H;
  const states: TensorSpec = { extents: [T + 1, B, H], fill: 'small' };
  const weights: TensorSpec = { extents: [4 * H, H], fill: 'small' };
  const gradient: TensorSpec = { extents: [4 * H, H], fill: 'output' };
  const sequence: TensorSpec = { extents: [T, B, H], fill: 'normal' };
  const common = { x: sequence, w: weights, r: weights, h: states, c: states, gates: { extents: [T, B, 4 * H], fill: 'small' } as TensorSpec };
  const forward = direction === 'forward';
  return kernelCase({
    name: `lstm ${T === 1 ? 'step' : 'sequence'} ${direction}`,
    shape: `${B}x${T}x${H}`,
    axes: { batch: B, steps: T, hidden: H },
    ...recurrence,
    flops: recurrence.flops + (forward ? 1 : 3) * gemm,
    bytes: recurrence.bytes + 4 * (4 * H * H + T * B * H) * (forward ? 1 : 3),
    items: { count: T * B, unit: 'tokens' },
    tensors: forward
      ? { ...common, bias: { extents: [4 * H], fill: 'small' }, y: { ...sequence, fill: 'output' } }
      : { ...common, dy: sequence, dx: { ...sequence, fill: 'output' }, dw: gradient, dr: gradient, dbias: { extents: [4 * H], fill: 'output' } },
    output: forward ? 'y' : 'dx',
    dispatches: (context, t) => {
      const layer = { x: need(t['x']), w: need(t['w']), r: need(t['r']), h: need(t['h']), c: need(t['c']), gates: need(t['gates']) };
      if (forward) return lstmForward(context, { ...layer, bias: need(t['bias']), y: need(t['y']) });
      return lstmBackward(context, { ...layer, dy: need(t['dy']), dx: need(t['dx']), dw: need(t['dw']), dr: need(t['dr']), dbias: need(t['dbias']) });
    },
  });
}
