// Running error analysis: a value in f64 beside a bound of what an f32 computation in any order of rounding may be off by.
// Built-ins by WGSL's stated accuracy: exp 3 + 2|x| ulp, division 2.5 ulp; one ulp is at most 2^-23 relative.

const ULP = 2 ** -23;
const UNIT = 2 ** -24;

export interface Approximate {
  readonly value: number;
  readonly error: number;
}

export function exact(value: number): Approximate {
  return { value, error: 0 };
}

export function add(a: Approximate, b: Approximate): Approximate {
  const value = a.value + b.value;
  const error = a.error + b.error;
  return { value, error: error + UNIT * (Math.abs(value) + error) };
}

export function subtract(a: Approximate, b: Approximate): Approximate {
  return add(a, { value: -b.value, error: b.error });
}

export function multiply(a: Approximate, b: Approximate): Approximate {
  const value = a.value * b.value;
  const error = Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error;
  return { value, error: error + UNIT * (Math.abs(value) + error) + 2 ** -126 };
}

/** A sum of products in any order: |error| <= 2 sqrt(K) 2^-24 m, and what the terms themselves are off by. */
export function sum(terms: readonly Approximate[]): Approximate {
  const total = (of: (term: Approximate) => number): number => terms.reduce((all, term) => all + of(term), 0);
  const magnitude = total(({ value }) => Math.abs(value));
  return { value: total(({ value }) => value), error: 2 * Math.sqrt(terms.length) * UNIT * magnitude + total(({ error }) => error) };
}

/** 1 / (1 + exp(-a)). Its slope grows by at most e^d over a distance d. */
export function sigmoid(a: Approximate): Approximate {
  const value = 1 / (1 + Math.exp(-a.value));
  const slope = value * (1 - value);
  const exp = (3 + 2 * Math.abs(a.value)) * ULP;
  const computed = value * ((1 - value) * exp + UNIT + 2.5 * ULP) * (1 + exp);
  return { value, error: computed + Math.min(1, slope * Math.exp(Math.min(a.error, 40)) * a.error) + 2 ** -100 };
}

/** 2 sigmoid(2a) - 1. */
export function tanh(a: Approximate): Approximate {
  const s = sigmoid({ value: 2 * a.value, error: 2 * a.error });
  return subtract({ value: 2 * s.value, error: 2 * s.error }, exact(1));
}

/** a / b, where b is away from 0. */
export function divide(a: Approximate, b: Approximate): Approximate {
  const value = a.value / b.value;
  const least = Math.abs(b.value) - b.error;
  const error = (a.error + Math.abs(value) * b.error) / least;
  return { value, error: error + 2.5 * ULP * (Math.abs(value) + error) + 2 ** -126 };
}

/** 1 / sqrt(a) with WGSL's 2 ulp, a > 0. */
export function inverseSqrt(a: Approximate): Approximate {
  const value = 1 / Math.sqrt(a.value);
  const error = 1 / Math.sqrt(a.value - a.error) - value;
  return { value, error: error + 2 * ULP * (value + error) };
}

/** a^e for a > 0 as exp2(e * log2(a)): log2 is off by 3 ulp, by 2^-21 between 1/2 and 2; exp2 by 3 + 2|x| ulp. */
export function power(a: Approximate, e: number): Approximate {
  const value = a.value ** e;
  const log = Math.log2(a.value);
  const relative = a.error / (a.value - a.error);
  const logError = Math.max(2 ** -21, 3 * ULP * Math.abs(log)) + relative / Math.LN2;
  const exponent = Math.abs(e) * logError + UNIT * Math.abs(e * log);
  const error = value * (2 ** exponent - 1);
  return { value, error: error + (3 + 2 * Math.abs(e * log)) * ULP * (value + error) };
}
