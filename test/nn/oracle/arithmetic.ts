// Two ways to add up products for the oracle network: in f64 with a bound on what f32 may differ by, and in f32 in a
// permuted order (one of the results that a correct GPU could give).
import type { Rng } from '../../../src/core/index.js';

/** 2^-24: relative error of one f32 rounding. */
export const UNIT = 2 ** -24;

/** Values with, for each, how far a correct f32 computation may lie from it. */
export interface Field {
  readonly shape: readonly number[];
  readonly v: Float64Array;
  readonly e: Float64Array;
}

export interface Term {
  readonly a: number;
  readonly b: number;
  /** Bounds on the errors that a and b bring along. */
  readonly ea: number;
  readonly eb: number;
}

export interface Arithmetic {
  readonly sum: (terms: readonly Term[]) => readonly [value: number, bound: number];
  /** One rounding to the arithmetic's precision. */
  readonly round: (x: number) => number;
}

/**
 * Local rounding: 2 sqrt(K) 2^-24 sum |terms| (design.md section 8), and two roundings more for the epilogue. Errors brought along: worst case, |a| eb + |b| ea + ea eb.
 */
export const exact: Arithmetic = {
  sum(terms) {
    let value = 0;
    let magnitude = 0;
    let brought = 0;
    for (const { a, b, ea, eb } of terms) {
      value += a * b;
      magnitude += Math.abs(a * b);
      brought += Math.abs(a) * eb + Math.abs(b) * ea + ea * eb;
    }
    return [value, 2 * Math.sqrt(terms.length) * UNIT * magnitude + brought];
  },
  round: (x) => x,
};

/** Each larger than any sum here is long, so coprime to it: steps of one of them visit every term once. */
const STRIDES = [7919, 7907, 7901, 7883, 7879, 7877, 7873, 7867];

/** f32 with every sum in an order of its own: a start and a stride drawn for each. */
export function single(rng: Rng): Arithmetic {
  return {
    sum(terms) {
      let value = 0;
      const [start, stride] = [rng.int(terms.length), rng.pick(STRIDES)];
      for (let i = 0; i < terms.length; i++) {
        const { a, b } = terms[(start + i * stride) % terms.length] as Term;
        value = Math.fround(value + Math.fround(a * b));
      }
      return [value, 0];
    },
    round: Math.fround,
  };
}

export function field(shape: readonly number[], v?: ArrayLike<number>): Field {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, v: v ? Float64Array.from(v) : new Float64Array(size), e: new Float64Array(size) };
}

/** Four extents of an image batch, or of filters. */
export function four({ shape }: Field): [number, number, number, number] {
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  return [a, b, c, d];
}

export function at(f: Field, i: number): number {
  return f.v[i] as number;
}

export function bound(f: Field, i: number): number {
  return f.e[i] as number;
}

/** a_i b_j */
export function term(a: Field, i: number, b: Field, j: number): Term {
  return { a: at(a, i), b: at(b, j), ea: bound(a, i), eb: bound(b, j) };
}

/** a_i */
export function once(a: Field, i: number): Term {
  return { a: at(a, i), b: 1, ea: bound(a, i), eb: 0 };
}

/** out_i = the sum of the terms. */
export function put(arithmetic: Arithmetic, out: Field, i: number, terms: readonly Term[]): void {
  const [value, error] = arithmetic.sum(terms);
  out.v[i] = value;
  out.e[i] = error;
}
