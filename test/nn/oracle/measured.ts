// A number with what a correct f32 computation may be off by, and the arithmetic of such: worst case for what comes in, one
// rounding for each operation. For the few scalars of a normalisation; sums of many terms go through an Arithmetic.
import { UNIT } from './arithmetic.js';

export interface Measured {
  readonly v: number;
  readonly e: number;
}

export const known = (v: number): Measured => ({ v, e: 0 });

function rounded(v: number, e: number): Measured {
  return { v, e: e + UNIT * (Math.abs(v) + e) };
}

export function plus(a: Measured, b: Measured): Measured {
  return rounded(a.v + b.v, a.e + b.e);
}

export function minus(a: Measured, b: Measured): Measured {
  return rounded(a.v - b.v, a.e + b.e);
}

export function times(a: Measured, b: Measured): Measured {
  return rounded(a.v * b.v, Math.abs(a.v) * b.e + Math.abs(b.v) * a.e + a.e * b.e);
}

/** WGSL: a division is within 2.5 units in the last place, and its divisor well away from zero here. */
export function over(a: Measured, b: Measured): Measured {
  const v = a.v / b.v;
  return { v, e: (a.e + Math.abs(v) * b.e) / (Math.abs(b.v) - b.e) + 5 * UNIT * Math.abs(v) };
}

/** 1 / sqrt(a); inverseSqrt is within 2 units in the last place. */
export function inverseRoot(a: Measured): Measured {
  const v = 1 / Math.sqrt(a.v);
  return { v, e: v * (0.5 * (a.e / (a.v - a.e)) + 4 * UNIT) };
}

/** a^power by exp2(power log2(a)), as WGSL has it: log2 within 3 units in the last place or 2^-21, exp2 within 3 + 2 |exponent| units. */
export function power(a: Measured, exponent: number): Measured {
  const v = a.v ** exponent;
  const log = Math.log2(a.v);
  const inLog = Math.max(6 * UNIT * Math.abs(log), 2 ** -21);
  const inExponent = Math.abs(exponent) * inLog + 2 * UNIT * Math.abs(exponent * log);
  const relative = Math.LN2 * inExponent + (3 + 2 * Math.abs(exponent * log)) * 2 * UNIT + Math.abs(exponent) * (a.e / (a.v - a.e));
  return { v, e: v * relative };
}
