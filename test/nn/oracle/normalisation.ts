// Batch norm and local response normalisation by their definitions, forward and backward.
import type { LrnLayer } from '../../../src/core/index.js';
import { type Arithmetic, at, bound, field, type Field, four, once, put, term, type Term } from './arithmetic.js';
import { known, type Measured, measuring } from './measured.js';

const measured = (f: Field, i: number): Measured => ({ v: at(f, i), e: bound(f, i) });

function set(f: Field, i: number, { v, e }: Measured): void {
  f.v[i] = v;
  f.e[i] = e;
}

function total(arithmetic: Arithmetic, terms: readonly Term[]): Measured {
  const [v, e] = arithmetic.sum(terms);
  return { v, e };
}

/** Flat places of a channel's elements. */
function placesOf(x: Field, channel: number): number[] {
  const [N, C, H, W] = four(x);
  return Array.from({ length: N * H * W }, (_, i) => (Math.floor(i / (H * W)) * C + channel) * H * W + (i % (H * W)));
}

export interface Normalised {
  readonly y: Field;
  /** (x - mean) / sqrt(variance + epsilon). */
  readonly hat: Field;
  readonly mean: Field;
  /** Divided by the number of elements. */
  readonly variance: Field;
  readonly invstd: Field;
}

/** y = gamma hat + beta with the batch's own mean and variance. */
export function batchNorm(arithmetic: Arithmetic, x: Field, gamma: Field, beta: Field, epsilon: number): Normalised {
  const { plus, minus, times, over, inverseRoot } = measuring(arithmetic);
  const channels = gamma.v.length;
  const [mean, variance, invstd] = [field([channels]), field([channels]), field([channels])];
  const [y, hat] = [field(x.shape), field(x.shape)];
  for (let c = 0; c < channels; c++) {
    const places = placesOf(x, c);
    const m = over(total(arithmetic, places.map((i) => once(x, i))), known(places.length));
    const squares = places.map((i): Term => {
      const d = minus(measured(x, i), m);
      return { a: d.v, b: d.v, ea: d.e, eb: d.e };
    });
    const variation = over(total(arithmetic, squares), known(places.length));
    const s = inverseRoot(plus(variation, known(epsilon)));
    [[mean, m], [variance, variation], [invstd, s]].forEach(([f, value]) => set(f as Field, c, value as Measured));
    for (const i of places) {
      const h = times(minus(measured(x, i), m), s);
      set(hat, i, h);
      set(y, i, plus(times(h, measured(gamma, c)), measured(beta, c)));
    }
  }
  return { y, hat, mean, variance, invstd };
}

/** The same with statistics that were kept. */
export function batchNormKept(arithmetic: Arithmetic, x: Field, [gamma, beta, mean, variance]: readonly [Field, Field, Field, Field], epsilon: number): Field {
  const { plus, minus, times, inverseRoot } = measuring(arithmetic);
  const y = field(x.shape);
  gamma.v.forEach((_, c) => {
    const s = inverseRoot(plus(measured(variance, c), known(epsilon)));
    for (const i of placesOf(x, c)) set(y, i, plus(times(times(minus(measured(x, i), measured(mean, c)), s), measured(gamma, c)), measured(beta, c)));
  });
  return y;
}

/** running = (1 - momentum) running + momentum of the batch's, the variance as an estimate over n - 1. */
export function runningStatistics(arithmetic: Arithmetic, kept: readonly [mean: Field, variance: Field], { mean, variance }: Normalised, count: number, momentum: number): [Field, Field] {
  const { plus, minus, times } = measuring(arithmetic);
  const next = (old: Field, batch: Field, factor: number): Field => {
    const result = field(old.shape);
    old.v.forEach((_, c) => {
      const before = measured(old, c);
      set(result, c, plus(before, times(known(momentum), minus(times(measured(batch, c), known(factor)), before))));
    });
    return result;
  };
  return [next(kept[0], mean, 1), next(kept[1], variance, count / Math.max(1, count - 1))];
}

export function batchNormGradients(arithmetic: Arithmetic, { hat, invstd }: Normalised, gamma: Field, dy: Field): { dx: Field; dgamma: Field; dbeta: Field } {
  const { minus, times, over } = measuring(arithmetic);
  const [dx, dgamma, dbeta] = [field(hat.shape), field(gamma.shape), field(gamma.shape)];
  gamma.v.forEach((_, c) => {
    const places = placesOf(hat, c);
    put(arithmetic, dgamma, c, places.map((i) => term(dy, i, hat, i)));
    put(arithmetic, dbeta, c, places.map((i) => once(dy, i)));
    const n = known(places.length);
    const factor = times(measured(gamma, c), measured(invstd, c));
    const [slope, shift] = [over(measured(dgamma, c), n), over(measured(dbeta, c), n)];
    for (const i of places) set(dx, i, times(factor, minus(minus(measured(dy, i), shift), times(measured(hat, i), slope))));
  });
  return { dx, dgamma, dbeta };
}

/** Flat places of the elements that element `i` is normalised by: itself and its neighbours, those outside left out. */
function neighbours(x: Field, i: number, { region, size }: LrnLayer): number[] {
  const [, C, H, W] = four(x);
  const reach = (size - 1) / 2;
  const [w, h, c] = [i % W, Math.floor(i / W) % H, Math.floor(i / (H * W)) % C];
  const around = (at: number, extent: number): number[] => Array.from({ length: size }, (_, d) => at + d - reach).filter((j) => j >= 0 && j < extent);
  if (region === 'across') return around(c, C).map((j) => i + (j - c) * H * W);
  return around(h, H).flatMap((row) => around(w, W).map((column) => i + (row - h) * W + column - w));
}

/** Elements of a whole window: alpha is divided by it, at the borders too. */
function windowSize({ region, size }: LrnLayer): number {
  return region === 'across' ? size : size * size;
}

/** scale = k + alpha / n sum x^2; y = x scale^-beta. */
export function lrn(arithmetic: Arithmetic, x: Field, layer: LrnLayer): { y: Field; scale: Field } {
  const { plus, times, over, power } = measuring(arithmetic);
  const [y, scale] = [field(x.shape), field(x.shape)];
  const share = over(known(layer.alpha), known(windowSize(layer)));
  x.v.forEach((_, i) => {
    const squares = total(arithmetic, neighbours(x, i, layer).map((j) => term(x, j, x, j)));
    set(scale, i, plus(known(layer.k), times(share, squares)));
    set(y, i, times(measured(x, i), power(measured(scale, i), -layer.beta)));
  });
  return { y, scale };
}

/** dx_i = dy_i scale_i^-beta - 2 alpha beta / n x_i sum over the j that i is a neighbour of, of dy_j y_j / scale_j. */
export function lrnGradient(arithmetic: Arithmetic, x: Field, { y, scale }: { y: Field; scale: Field }, dy: Field, layer: LrnLayer): Field {
  const { minus, times, over, power } = measuring(arithmetic);
  const dx = field(x.shape);
  const factor = over(known(2 * layer.alpha * layer.beta), known(windowSize(layer)));
  const ratio = field(x.shape);
  x.v.forEach((_, j) => set(ratio, j, over(times(measured(dy, j), measured(y, j)), measured(scale, j))));
  x.v.forEach((_, i) => {
    // Windows are symmetric: i is a neighbour of j where j is one of i.
    const sum = total(arithmetic, neighbours(x, i, layer).map((j) => once(ratio, j)));
    set(dx, i, minus(times(measured(dy, i), power(measured(scale, i), -layer.beta)), times(times(factor, measured(x, i)), sum)));
  });
  return dx;
}
