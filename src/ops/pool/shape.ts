// The extents of a 2-D pooling: N C H W in, N C P Q out.
import { type Pair, ShapeError } from '../../core/index.js';
import { requireShape, type Tensor } from '../../gpu/index.js';
import type { ShapeFacts } from '../contracts.js';

/** The kernels divide by reciprocals, exact for quotients below this. */
const MOST_PLANES = 2 ** 22;

export interface PoolAttributes {
  readonly kind: 'max' | 'average';
  /** Window, [height, width]. */
  readonly size: Pair;
  /** Default: the window, so that windows tile the plane. */
  readonly stride?: Pair;
  /** Rows and columns on each side that count as absent: never a maximum, never part of a mean. Smaller than the window. */
  readonly padding?: Pair;
  /** Rounds P and Q up (Caffe's rule: 32 by 3/2 -> 16): the last windows hang over, and what they hang over is absent. */
  readonly ceil?: boolean;
  /** ReLU after a max pool, its gradient included; it costs nothing. */
  readonly relu?: boolean;
}

/** Letters as in kernels/README.md; planes = N C. `max`, `relu` and `chosen` (the forward pass records its choice) are flags. */
export interface PoolShape extends ShapeFacts {
  readonly planes: number;
  readonly H: number;
  readonly W: number;
  readonly R: number;
  readonly S: number;
  readonly P: number;
  readonly Q: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly padH: number;
  readonly padW: number;
  readonly max: number;
  readonly relu: number;
  readonly chosen: number;
}

/** The shape rule: P = floor((H + 2 padH - R) / strideH) + 1, or rounded up while the last window begins in the image; Q alike; `x` is N C H W. Throws a ShapeError where no window fits. */
export function poolShape(x: readonly number[], attributes: PoolAttributes, chosen = false): PoolShape {
  const [N, C, H, W, ...rest] = x;
  if (N === undefined || C === undefined || H === undefined || W === undefined || rest.length > 0) {
    throw new ShapeError(`pool: expected images N C H W, got ${x.join('x')}`);
  }
  if (N * C > MOST_PLANES) throw new ShapeError(`pool: expected at most ${MOST_PLANES} planes, got ${N} x ${C}; use a smaller batch`);
  const { kind, size, stride = size, padding = [0, 0], ceil = false, relu = false } = attributes;
  if (relu && kind !== 'max') throw new ShapeError('pool: expected ReLU after a max pool only; run relu apart');
  const P = extent(H, size[0], stride[0], padding[0], ceil);
  const Q = extent(W, size[1], stride[1], padding[1], ceil);
  const window = { R: size[0], S: size[1], strideH: stride[0], strideW: stride[1], padH: padding[0], padW: padding[1] };
  return { planes: N * C, H, W, P, Q, ...window, max: kind === 'max' ? 1 : 0, relu: relu ? 1 : 0, chosen: chosen ? 1 : 0 };
}

/** Throws unless the pooled tensors are N C P Q. */
export function requirePooled(x: readonly number[], { P, Q }: PoolShape, tensors: Readonly<Record<string, Tensor>>): void {
  for (const [name, tensor] of Object.entries(tensors)) requireShape(tensor, [...x.slice(0, 2), P, Q], `pool ${name}`);
}

function extent(size: number, window: number, stride: number, padding: number, ceil: boolean): number {
  const whole = [window, stride].every((v) => Number.isInteger(v) && v >= 1) && Number.isInteger(padding);
  const steps = (size + 2 * padding - window) / stride;
  const rounded = 1 + (ceil ? Math.ceil(steps) : Math.floor(steps));
  const out = ceil && (rounded - 1) * stride >= size + padding ? rounded - 1 : rounded;
  if (whole && padding >= 0 && padding < window && steps >= 0) return out;
  throw new ShapeError(
    `pool: expected a window within ${size} + 2 x padding, stride from 1 and padding below the window, ` +
      `got window ${window}, stride ${stride}, padding ${padding}`,
  );
}
