// The extents of a 2-D convolution: N C H W images, K C/groups R S filters, N K P Q outputs.
import { type Pair, ShapeError } from '../../core/index.js';
import { requireShape, type Tensor } from '../../gpu/index.js';
import type { ShapeFacts } from '../contracts.js';

export interface Conv2dAttributes {
  readonly stride?: Pair;
  /** Zeros on each side, [top and bottom, left and right]. */
  readonly padding?: Pair;
  /** Elements from one tap of the filter to the next. */
  readonly dilation?: Pair;
  /** Group g of the filters sees group g of the channels alone. As many groups as channels: depthwise. */
  readonly groups?: number;
}

/** Letters as in kernels/README.md; strideH... in elements, bias and relu flags of the forward epilogue. */
export interface Conv2dShape extends ShapeFacts {
  readonly N: number;
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly K: number;
  readonly R: number;
  readonly S: number;
  readonly P: number;
  readonly Q: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly padH: number;
  readonly padW: number;
  readonly dilateH: number;
  readonly dilateW: number;
  readonly groups: number;
  readonly bias: number;
  readonly relu: number;
}

/** The shape rule: P = floor((H + 2 padH - dilateH (R - 1) - 1) / strideH) + 1, Q alike. `x` is N C H W, `w` is K C/groups R S. */
export function conv2dShape(x: readonly number[], w: readonly number[], attributes: Conv2dAttributes, epilogue = { bias: false, relu: false }): Conv2dShape {
  const [N, C, H, W] = four(x, 'images N C H W');
  const [K, channels, R, S] = four(w, 'filters K C/groups R S');
  const { stride: [strideH, strideW] = [1, 1], padding: [padH, padW] = [0, 0], dilation: [dilateH, dilateW] = [1, 1], groups = 1 } = attributes;
  if (!(groups >= 1) || C % groups !== 0 || K % groups !== 0) {
    throw new ShapeError(`conv2d: expected groups that divide ${C} channels and ${K} filters, got ${groups}`);
  }
  if (C / groups !== channels) throw new ShapeError(`conv2d: expected filters of ${C / groups} channels, got ${channels}; images are ${x.join('x')}, filters ${w.join('x')}, groups ${groups}`);
  const P = extent(H, R, strideH, padH, dilateH);
  const Q = extent(W, S, strideW, padW, dilateW);
  return { N, C, H, W, K, R, S, P, Q, strideH, strideW, padH, padW, dilateH, dilateW, groups, bias: epilogue.bias ? 1 : 0, relu: epilogue.relu ? 1 : 0 };
}

/** Throws unless each tensor has the family's shape for its name. */
export function requireConv2dShapes(shape: Conv2dShape, tensors: Readonly<Record<string, Tensor>>): void {
  const { N, C, H, W, K, R, S, P, Q, groups } = shape;
  const filters = [K, C / groups, R, S];
  const expected: Record<string, readonly number[]> = {
    x: [N, C, H, W], dx: [N, C, H, W], w: filters, dw: filters, y: [N, K, P, Q], dy: [N, K, P, Q], bias: [K],
  };
  for (const [name, tensor] of Object.entries(tensors)) requireShape(tensor, expected[name] ?? [], `conv2d ${name}`);
}

/** The fields of the kernels' struct Params. */
export function conv2dParams(shape: Conv2dShape): Record<string, number> {
  const { N, C, H, W, K, R, S, P, Q, strideH, strideW, padH, padW, dilateH, dilateW, groups } = shape;
  const taps = { stride_h: strideH, stride_w: strideW, pad_h: padH, pad_w: padW, dilate_h: dilateH, dilate_w: dilateW };
  return { N, C, H, W, K, R, S, P, Q, ...taps, group_c: C / groups, group_k: K / groups };
}

function four(shape: readonly number[], what: string): [number, number, number, number] {
  const [a, b, c, d] = shape;
  if (shape.length === 4 && a !== undefined && b !== undefined && c !== undefined && d !== undefined) return [a, b, c, d];
  throw new ShapeError(`conv2d: expected ${what}, got ${shape.join('x')}`);
}

function extent(size: number, taps: number, stride: number, padding: number, dilation: number): number {
  const window = dilation * (taps - 1) + 1;
  const out = Math.floor((size + 2 * padding - window) / stride) + 1;
  if ([stride, dilation].every((v) => Number.isInteger(v) && v >= 1) && padding >= 0 && out >= 1) return out;
  throw new ShapeError(`conv2d: expected a filter within ${size} + 2 x ${padding} and whole stride and dilation from 1, got ${taps} taps, stride ${stride}, dilation ${dilation}`);
}
