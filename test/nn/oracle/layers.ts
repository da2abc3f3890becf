// Textbook layers, forward and backward, as nested loops over their definitions. No layer knows another.
import type { Pair, PoolLayer } from '../../../src/core/index.js';
import { type Arithmetic, at, bound, field, type Field, four, once, put, term, type Term, UNIT } from './arithmetic.js';

function each(shape: readonly number[], visit: (index: number[], flat: number) => void): void {
  const size = shape.reduce((product, extent) => product * extent, 1);
  for (let flat = 0; flat < size; flat++) {
    let rest = flat;
    const index = shape.map(() => 0);
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d] = rest % (shape[d] as number);
      rest = Math.floor(rest / (shape[d] as number));
    }
    visit(index, flat);
  }
}

/** What of a convolution is not its filters. */
export interface Window {
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
}

/** Calls `visit(image element, filter element, output element)` for every product of the convolution. */
function products(x: Field, w: Field, y: Field, { stride, padding, dilation = [1, 1], groups = 1 }: Window, visit: (x: number, w: number, y: number) => void): void {
  const [, channels, height, width] = four(x);
  const [filters, within, R, S] = four(w);
  each(y.shape, ([n = 0, k = 0, p = 0, q = 0], out) => {
    const first = Math.floor(k / (filters / groups)) * within;
    each([within, R, S], ([c = 0, r = 0, s = 0]) => {
      const h = p * stride[0] + r * dilation[0] - padding[0];
      const v = q * stride[1] + s * dilation[1] - padding[1];
      if (h < 0 || h >= height || v < 0 || v >= width) return;
      visit(((n * channels + first + c) * height + h) * width + v, ((k * within + c) * R + r) * S + s, out);
    });
  });
}

function collect(size: number): Term[][] {
  return Array.from({ length: size }, () => []);
}

/** y = x * w + b, cross-correlation; null = no bias. */
export function conv(arithmetic: Arithmetic, x: Field, w: Field, b: Field | null, layer: Window, shape: readonly number[]): Field {
  const y = field(shape);
  const terms = collect(y.v.length);
  const plane = (shape[2] as number) * (shape[3] as number);
  products(x, w, y, layer, (i, j, out) => terms[out]?.push(term(x, i, w, j)));
  terms.forEach((list, out) => put(arithmetic, y, out, b ? [...list, once(b, Math.floor(out / plane) % (shape[1] as number))] : list));
  return y;
}

export function convGradients(arithmetic: Arithmetic, x: Field, w: Field, dy: Field, layer: Window): { dx: Field; dw: Field; db: Field } {
  const [dx, dw, db] = [field(x.shape), field(w.shape), field([w.shape[0] as number])];
  const [forX, forW, forB] = [collect(dx.v.length), collect(dw.v.length), collect(db.v.length)];
  products(x, w, dy, layer, (i, j, out) => {
    forX[i]?.push(term(w, j, dy, out));
    forW[j]?.push(term(x, i, dy, out));
  });
  each(dy.shape, ([, k = 0], out) => forB[k]?.push(once(dy, out)));
  forX.forEach((terms, i) => put(arithmetic, dx, i, terms));
  forW.forEach((terms, i) => put(arithmetic, dw, i, terms));
  forB.forEach((terms, i) => put(arithmetic, db, i, terms));
  return { dx, dw, db };
}

/** Mask is open where z > 0; where z is within its own bound of 0 either answer is right, and the gradient's bound says so. */
export function reluGradient(z: Field, dy: Field): Field {
  const dz = field(dy.shape);
  dy.v.forEach((gradient, i) => {
    const unsure = Math.abs(at(z, i)) <= bound(z, i) && bound(z, i) > 0;
    dz.v[i] = at(z, i) > 0 ? gradient : 0;
    dz.e[i] = unsure ? Math.abs(gradient) + bound(dy, i) : at(z, i) > 0 ? bound(dy, i) : 0;
  });
  return dz;
}

export function relu(z: Field): Field {
  return { shape: z.shape, v: z.v.map((v) => Math.max(0, v)), e: z.e.map((e, i) => (at(z, i) > -e ? e : 0)) };
}

/** Image elements under each output, padding left out: an average is over real pixels. */
function windows(x: Field, layer: PoolLayer, shape: readonly number[]): number[][] {
  const ones = field([1, 1, ...layer.size]);
  const [N, C, H, W] = four(x);
  const [planes, pooled] = [field([N * C, 1, H, W]), field([N * C, 1, shape[2] as number, shape[3] as number])];
  const found: number[][] = Array.from({ length: pooled.v.length }, () => []);
  products(planes, ones, pooled, { stride: layer.stride, padding: layer.padding }, (i, _, out) => found[out]?.push(i));
  return found;
}

export function pool(arithmetic: Arithmetic, x: Field, layer: PoolLayer, shape: readonly number[]): Field {
  const y = field(shape);
  windows(x, layer, shape).forEach((window, out) => {
    const share = 1 / window.length;
    if (layer.kind === 'average') {
      put(arithmetic, y, out, window.map((i) => ({ ...once(x, i), b: arithmetic.round(share), eb: share * UNIT })));
      return;
    }
    const best = window.reduce((a, i) => (at(x, i) > at(x, a) ? i : a));
    y.v[out] = at(x, best);
    y.e[out] = Math.max(...window.map((i) => bound(x, i)));
  });
  return y;
}

export function poolGradient(arithmetic: Arithmetic, x: Field, dy: Field, layer: PoolLayer): Field {
  const dx = field(x.shape);
  const terms = collect(dx.v.length);
  const unsure = new Float64Array(dx.v.length);
  windows(x, layer, dy.shape).forEach((window, out) => {
    const share = 1 / window.length;
    if (layer.kind === 'average') {
      window.forEach((i) => terms[i]?.push({ ...once(dy, out), b: arithmetic.round(share), eb: share * UNIT }));
      return;
    }
    const best = window.reduce((a, i) => (at(x, i) > at(x, a) ? i : a));
    terms[best]?.push(once(dy, out));
    const rivals = window.filter((i) => i !== best && at(x, i) + bound(x, i) >= at(x, best) - bound(x, best));
    for (const i of rivals.length > 0 ? [best, ...rivals] : []) unsure[i] = (unsure[i] as number) + Math.abs(at(dy, out)) + bound(dy, out);
  });
  terms.forEach((list, i) => put(arithmetic, dx, i, list));
  dx.e.forEach((e, i) => (dx.e[i] = e + (unsure[i] as number)));
  return dx;
}

/** Mean of each plane, and its gradient. */
export function globalPool(arithmetic: Arithmetic, x: Field): Field {
  const [N, C, H, W] = four(x);
  const y = field([N, C, 1, 1]);
  const share = 1 / (H * W);
  each([N, C], (_, plane) => put(arithmetic, y, plane, Array.from({ length: H * W }, (__, i) => ({ ...once(x, plane * H * W + i), b: arithmetic.round(share), eb: share * UNIT }))));
  return y;
}

export function globalPoolGradient(arithmetic: Arithmetic, x: Field, dy: Field): Field {
  const [, , H, W] = four(x);
  const dx = field(x.shape);
  const share = 1 / (H * W);
  dx.v.forEach((_, i) => put(arithmetic, dx, i, [{ ...once(dy, Math.floor(i / (H * W))), b: arithmetic.round(share), eb: share * UNIT }]));
  return dx;
}

/** a + b, of one shape. */
export function sum(arithmetic: Arithmetic, a: Field, b: Field): Field {
  const y = field(a.shape);
  y.v.forEach((_, i) => put(arithmetic, y, i, [once(a, i), once(b, i)]));
  return y;
}
