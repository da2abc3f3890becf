// pool in f64, by the definition: each window's real pixels, one after another.
import type { PoolShape } from '../../../src/ops/pool/pool.js';
import type { Sum } from '../fixture.js';

type Values = ArrayLike<number>;

/** Indices into a plane of a window's real pixels, row by row. */
function pixelsUnder({ H, W, R, S, strideH, strideW, padH, padW }: PoolShape, p: number, q: number): number[] {
  const found: number[] = [];
  for (let r = 0; r < R; r++) {
    for (let s = 0; s < S; s++) {
      const [h, w] = [p * strideH + r - padH, q * strideW + s - padW];
      if (h >= 0 && h < H && w >= 0 && w < W) found.push(h * W + w);
    }
  }
  return found;
}

function forEachWindow(shape: PoolShape, visit: (output: number, pixels: readonly number[]) => void): void {
  const { planes, H, W, P, Q } = shape;
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < Q; q++) {
        visit((plane * P + p) * Q + q, pixelsUnder(shape, p, q).map((pixel) => plane * H * W + pixel));
      }
    }
  }
}

export function maxOracle(shape: PoolShape, x: Values): Float64Array {
  const y = new Float64Array(shape.planes * shape.P * shape.Q);
  forEachWindow(shape, (o, pixels) => {
    const best = Math.max(...pixels.map((i) => x[i] ?? NaN));
    y[o] = shape.relu ? Math.max(0, best) : best;
  });
  return y;
}

/** Gradient to the first maximum of each window; none where ReLU clips it. */
export function maxGradOracle(shape: PoolShape, x: Values, dy: Values): Sum {
  const dx = empty(shape);
  forEachWindow(shape, (o, pixels) => {
    const best = pixels.reduce((most, i) => ((x[i] ?? NaN) > (x[most] ?? NaN) ? i : most));
    if (!shape.relu || (x[best] ?? NaN) > 0) add(dx, best, dy[o] ?? NaN);
  });
  return dx;
}

export function averageOracle(shape: PoolShape, x: Values): Sum {
  const y = { values: new Float64Array(shape.planes * shape.P * shape.Q), magnitudes: new Float64Array(shape.planes * shape.P * shape.Q), terms: shape.R * shape.S };
  forEachWindow(shape, (o, pixels) => pixels.forEach((i) => add(y, o, (x[i] ?? NaN) / pixels.length)));
  return y;
}

export function averageGradOracle(shape: PoolShape, dy: Values): Sum {
  const dx = empty(shape);
  forEachWindow(shape, (o, pixels) => pixels.forEach((i) => add(dx, i, (dy[o] ?? NaN) / pixels.length)));
  return dx;
}

function empty({ planes, H, W, R, S }: PoolShape): Sum {
  return { values: new Float64Array(planes * H * W), magnitudes: new Float64Array(planes * H * W), terms: R * S };
}

function add({ values, magnitudes }: Sum, at: number, term: number): void {
  values[at] = (values[at] ?? NaN) + term;
  magnitudes[at] = (magnitudes[at] ?? NaN) + Math.abs(term);
}
