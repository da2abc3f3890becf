// The shapes that `foretell tune` measures: those of the figures that the project states, of the default search, and of language models.
// A class that a search meets later and that is not among them is given its neighbour's choice, or is measured then.
import type { Device, Dispatch, Tensor } from '../../gpu/index.js';
import {
  conv2dForward, conv2dGradInput, conv2dGradWeight, lstmBackward, lstmForward, matmul, type OpContext, poolForward, poolGradInput,
} from '../../ops/index.js';
import type { Chooser } from '../../tune/index.js';

type Make = (shape: readonly number[], type?: 'f32' | 'u32') => Tensor;
type Prepare = (context: OpContext, make: Make) => Promise<Dispatch[]>;

export interface StandardShape {
  readonly name: string;
  readonly prepare: readonly Prepare[];
}

function products(M: number, N: number, K: number): StandardShape {
  return { name: `matmul ${M} x ${N} x ${K}`, prepare: [(context, t) => matmul(context, { a: t([M, K]), b: t([K, N]), c: t([M, N]) })] };
}

/** y = x.w^T + b and both gradients, as a dense layer of N units on M rows of K numbers asks for them. */
function dense(M: number, N: number, K: number): StandardShape {
  return {
    name: `dense ${K} to ${N}, batch ${M}`,
    prepare: [
      (context, t) => matmul(context, { a: t([M, K]), b: t([N, K]), bias: t([N]), c: t([M, N]) }, { transposeB: true, relu: true }),
      (context, t) => matmul(context, { a: t([M, N]), b: t([N, K]), c: t([M, K]) }),
      (context, t) => matmul(context, { a: t([M, N]), b: t([M, K]), c: t([N, K]) }, { transposeA: true }),
    ],
  };
}

/** "Same" convolution of N images of C x side x side by K filters of R x R, forward and both gradients. */
function conv(N: number, C: number, side: number, K: number, R: number): StandardShape {
  const padding = [(R - 1) / 2, (R - 1) / 2] as const;
  const [x, w, y] = [[N, C, side, side], [K, C, R, R], [N, K, side, side]];
  return {
    name: `conv ${side}x${side}x${C} by ${R}x${R}x${K}, batch ${N}`,
    prepare: [
      (context, t) => conv2dForward(context, { x: t(x), w: t(w), bias: t([K]), y: t(y) }, { padding, relu: true }),
      (context, t) => conv2dGradInput(context, { dy: t(y), w: t(w), dx: t(x) }, { padding }),
      (context, t) => conv2dGradWeight(context, { x: t(x), dy: t(y), dw: t(w) }, { padding }),
    ],
  };
}

function pool(N: number, C: number, side: number): StandardShape {
  const attributes = { kind: 'max', size: [2, 2], relu: true } as const;
  const [x, y] = [[N, C, side, side], [N, C, side / 2, side / 2]];
  return {
    name: `max pool ${side}x${side}x${C}, batch ${N}`,
    prepare: [
      (context, t) => poolForward(context, { x: t(x), y: t(y), chosen: t(y, 'u32') }, attributes),
      (context, t) => poolGradInput(context, { dy: t(y), chosen: t(y, 'u32'), dx: t(x) }, attributes),
    ],
  };
}

function lstm(B: number, T: number, I: number, H: number): StandardShape {
  const common = (t: Make) => ({ x: t([T, B, I]), w: t([4 * H, I]), r: t([4 * H, H]), h: t([T + 1, B, H]), c: t([T + 1, B, H]), gates: t([T, B, 4 * H]) });
  return {
    name: `LSTM ${H}, batch ${B} x ${T}`,
    prepare: [
      (context, t) => lstmForward(context, { ...common(t), bias: t([4 * H]), y: t([T, B, H]) }),
      (context, t) => lstmBackward(context, { ...common(t), dy: t([T, B, H]), dw: t([4 * H, I]), dr: t([4 * H, H]), dbias: t([4 * H]), dx: t([T, B, I]) }),
    ],
  };
}

export const STANDARD_SHAPES: readonly StandardShape[] = [
  products(512, 512, 512),
  products(1024, 1024, 1024),
  dense(32, 10, 128),
  dense(32, 128, 1568),
  dense(700, 1000, 200),
  conv(32, 1, 28, 16, 5),
  conv(32, 16, 14, 32, 5),
  conv(32, 3, 32, 64, 3),
  conv(32, 64, 16, 128, 3),
  conv(32, 16, 28, 16, 1),
  pool(32, 16, 28),
  pool(32, 32, 14),
  lstm(20, 35, 200, 200),
];

/** Asks for every kernel of the shape, on tensors that live as long as it takes; the chooser does the rest. */
export async function tuneShape(device: Device, chooser: Chooser, { prepare }: StandardShape): Promise<void> {
  for (const each of prepare) {
    const tensors: Tensor[] = [];
    const make: Make = (shape, type = 'f32') => {
      const tensor = device.tensor(shape, { type, label: 'standard shape' });
      tensors.push(tensor);
      return tensor;
    };
    try {
      const dispatches = await each({ device, chooser }, make);
      for (const { owns } of dispatches) owns.forEach((tensor) => tensor.release());
    } finally {
      tensors.forEach((tensor) => tensor.release());
    }
  }
}
