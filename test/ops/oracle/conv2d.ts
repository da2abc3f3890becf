// Textbook conv2d in f64, all three directions: one walk over every (output, tap) pair that lies inside the image.
import { conv2dShape, type Conv2dAttributes, type Conv2dShape } from '../../../src/ops/conv2d/conv2d.js';
import type { Sum } from '../fixture.js';

type Visit = (image: number, filter: number, output: number) => void;

/** Calls `visit` with the flat indices of x, w and y of each multiply-add. */
function walk({ N, C, H, W, K, R, S, P, Q, strideH, strideW, padH, padW, dilateH, dilateW, groups }: Conv2dShape, visit: Visit): void {
  for (let n = 0; n < N; n++)
    for (let k = 0; k < K; k++)
      for (let p = 0; p < P; p++)
        for (let q = 0; q < Q; q++)
          for (let c = 0; c < C / groups; c++)
            for (let r = 0; r < R; r++)
              for (let s = 0; s < S; s++) {
                const [h, w] = [p * strideH + r * dilateH - padH, q * strideW + s * dilateW - padW];
                if (h < 0 || h >= H || w < 0 || w >= W) continue;
                visit(((n * C + Math.floor(k / (K / groups)) * (C / groups) + c) * H + h) * W + w, ((k * (C / groups) + c) * R + r) * S + s, ((n * K + k) * P + p) * Q + q);
              }
}

function accumulate(shape: Conv2dShape, size: number, terms: number, term: (image: number, filter: number, output: number) => [at: number, value: number]): Sum {
  const values = new Float64Array(size);
  const magnitudes = new Float64Array(size);
  walk(shape, (image, filter, output) => {
    const [at, value] = term(image, filter, output);
    values[at] = (values[at] ?? 0) + value;
    magnitudes[at] = (magnitudes[at] ?? 0) + Math.abs(value);
  });
  return { values, magnitudes, terms };
}

export interface ForwardInputs {
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly bias: Float32Array | null;
  readonly relu: boolean;
}

export function forwardOracle(shape: Conv2dShape, { x, w, bias, relu }: ForwardInputs): Sum {
  const { N, C, K, R, S, P, Q, groups } = shape;
  const sum = accumulate(shape, N * K * P * Q, (C / groups) * R * S + 1, (i, f, o) => [o, (x[i] ?? NaN) * (w[f] ?? NaN)]);
  sum.values.forEach((value, i) => {
    const b = bias?.[Math.floor(i / (P * Q)) % K] ?? 0;
    sum.values[i] = relu ? Math.max(0, value + b) : value + b;
    sum.magnitudes[i] = (sum.magnitudes[i] ?? 0) + Math.abs(b);
  });
  return sum;
}

export function gradInputOracle(shape: Conv2dShape, dy: Float32Array, w: Float32Array): Sum {
  const { N, C, H, W, K, R, S, groups } = shape;
  return accumulate(shape, N * C * H * W, (K / groups) * R * S, (i, f, o) => [i, (dy[o] ?? NaN) * (w[f] ?? NaN)]);
}

export function gradWeightOracle(shape: Conv2dShape, x: Float32Array, dy: Float32Array): Sum {
  const { N, C, K, R, S, P, Q, groups } = shape;
  return accumulate(shape, (K * C * R * S) / groups, N * P * Q, (i, f, o) => [f, (x[i] ?? NaN) * (dy[o] ?? NaN)]);
}

export function shapeOf(images: readonly number[], filters: readonly number[], attributes: Conv2dAttributes): Conv2dShape {
  return conv2dShape(images, filters, attributes);
}
