// The words and the first checks of everything that the addon's door refuses. It knows no model and no request.
import { NativeError } from '../../core/index.js';

export function refuse(what: string, expected: string, came: unknown): never {
  throw new NativeError(`${what}: expected ${expected}, got ${String(came)}`);
}

export function requireFinite(what: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) refuse(`${what}[${String(i)}]`, 'a finite number (drop or fill such rows first)', values[i]);
  }
}

export function requireDoubles(what: string, values: unknown): asserts values is Float64Array {
  if (!(values instanceof Float64Array)) refuse(what, 'a Float64Array', Object.prototype.toString.call(values));
}

export function requirePositive(what: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) refuse(what, 'a finite number above 0', value);
}

/** An integer from `from` to `to`. */
export function requireWhole(what: string, value: unknown, from: number, to: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) refuse(what, `an integer from ${String(from)} to ${String(to)}`, value);
}

/** Above 0, at most 1. */
export function requireShare(what: string, value: unknown): void {
  requirePositive(what, value);
  if ((value as number) > 1) refuse(what, 'a share above 0 and at most 1', value);
}
