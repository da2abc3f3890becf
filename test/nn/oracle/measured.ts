// A number with what a correct f32 computation may be off by, and the arithmetic of such: worst case for what comes in, one
// rounding for each operation. For the few scalars of a normalisation; sums of many terms go through an Arithmetic.
import { type Arithmetic, UNIT } from './arithmetic.js';

export interface Measured {
  readonly v: number;
  readonly e: number;
}

export const known = (v: number): Measured => ({ v, e: 0 });

export interface Measuring {
  readonly plus: (a: Measured, b: Measured) => Measured;
  readonly minus: (a: Measured, b: Measured) => Measured;
  readonly times: (a: Measured, b: Measured) => Measured;
  readonly over: (a: Measured, b: Measured) => Measured;
  /** 1 / sqrt(a) */
  readonly inverseRoot: (a: Measured) => Measured;
  readonly power: (a: Measured, exponent: number) => Measured;
}

/** Operations whose values have the arithmetic's precision. */
export function measuring({ round }: Arithmetic): Measuring {
  const rounded = (value: number, e: number): Measured => ({ v: round(value), e: e + UNIT * (Math.abs(value) + e) });
  return {
    plus: (a, b) => rounded(a.v + b.v, a.e + b.e),
    minus: (a, b) => rounded(a.v - b.v, a.e + b.e),
    times: (a, b) => rounded(a.v * b.v, Math.abs(a.v) * b.e + Math.abs(b.v) * a.e + a.e * b.e),
    // WGSL: a division is within 2.5 units in the last place, and its divisor well away from zero here.
    over(a, b) {
      const v = a.v / b.v;
      return { v: round(v), e: (a.e + Math.abs(v) * b.e) / (Math.abs(b.v) - b.e) + 5 * UNIT * Math.abs(v) };
    },
    // WGSL: inverseSqrt is within 2 units in the last place.
    inverseRoot(a) {
      const v = 1 / Math.sqrt(a.v);
      return { v: round(v), e: v * (0.5 * (a.e / (a.v - a.e)) + 4 * UNIT) };
    },
    power: (a, exponent) => powerOf(a, exponent, round),
  };
}

/** a^exponent by exp2(exponent log2(a)), as WGSL has it: log2 within 3 units in the last place or 2^-21, exp2 within 3 + 2 |x| units. */
function powerOf(a: Measured, exponent: number, round: (x: number) => number): Measured {
  const v = a.v ** exponent;
  const log = Math.log2(a.v);
  const inLog = Math.max(6 * UNIT * Math.abs(log), 2 ** -21);
  const inExponent = Math.abs(exponent) * inLog + 2 * UNIT * Math.abs(exponent * log);
  const relative = Math.LN2 * inExponent + (3 + 2 * Math.abs(exponent * log)) * 2 * UNIT + Math.abs(exponent) * (a.e / (a.v - a.e));
  return { v: round(v), e: v * relative };
}
