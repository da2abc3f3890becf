// One named number of a space: a range or a list of choices, perhaps there only while others have certain values. What it offers, holds and enumerates.
import { z } from 'zod';
import { conforming, inWords, strict, UsageError, type Rng } from '../../core/index.js';

/** Values of other numbers, all of which must be there and one of those listed. */
export type When = { readonly [name: string]: readonly number[] };

export type NumberRange =
  | { readonly low: number; readonly high: number; readonly log?: boolean; readonly integer?: boolean; readonly when?: When }
  | { readonly choices: readonly number[]; readonly when?: When }
  | readonly number[];

export type Numbers = { readonly [name: string]: number };

/** Null where it is a range. */
export function choicesOf(range: NumberRange): readonly number[] | null {
  if (isList(range)) return range;
  return 'choices' in range ? range.choices : null;
}

export function whenOf(range: NumberRange): When {
  return isList(range) ? {} : (range.when ?? {});
}

export function isActive(range: NumberRange, numbers: Numbers): boolean {
  return Object.entries(whenOf(range)).every(([name, values]) => numbers[name] !== undefined && values.includes(numbers[name]));
}

export function draw(range: NumberRange, rng: Rng): number {
  if (!isInterval(range)) return rng.pick(choicesOf(range) ?? []);
  const { low, log = false, integer = false } = range;
  const high = integer ? range.high + 1 : range.high;
  const value = log ? rng.logUniform(low, high) : rng.uniform(low, high);
  return integer ? Math.min(range.high, Math.floor(value)) : value;
}

export function holds(range: NumberRange, value: number): boolean {
  if (!isInterval(range)) return choicesOf(range)?.includes(value) ?? false;
  return value >= range.low && value <= range.high && (!range.integer || Number.isInteger(value));
}

/** All choices, or so many values from one end to the other (the middle, where it is one), evenly or by their logarithms; whole ones without repeats. */
export function pointsOf(range: NumberRange, count: number): readonly number[] {
  if (!isInterval(range)) return choicesOf(range) ?? [];
  const { low, high, log = false, integer = false } = range;
  const at = (i: number): number => {
    const share = count === 1 ? 0.5 : i / (count - 1);
    if (share === 0 || share === 1) return share === 0 ? low : high;
    const value = log ? low * (high / low) ** share : low + share * (high - low);
    return integer ? Math.round(value) : value;
  };
  return [...new Set(Array.from({ length: count }, (_, i) => at(i)))];
}

export function words(range: NumberRange): string {
  return isInterval(range) ? `[${range.low}, ${range.high}]${range.integer ? ', whole' : ''}` : `{${choicesOf(range)?.join(', ') ?? ''}}`;
}

const WHEN = z.record(z.string(), z.array(z.number())).optional();
const LIST = z.array(z.number());
const CHOICES = strict({ choices: LIST, when: WHEN });
const INTERVAL = strict({ low: z.number(), high: z.number(), log: z.boolean().optional(), integer: z.boolean().optional(), when: WHEN });

/** `before`: the ranges named before this one, which alone it may depend on. Throws UsageError on what is no range, and on one that holds nothing or is never there. */
export function requireSane(name: string, range: NumberRange, before: { readonly [name: string]: NumberRange }): void {
  if (typeof range !== 'object' || range === null) throw new UsageError(`number space: expected ${name} to be { low, high }, { choices } or a list of numbers, got ${inWords(range)}`);
  conforming(isList(range) ? LIST : 'choices' in range ? CHOICES : INTERVAL, range, `number space: ${name}`, UsageError);
  requireWhen(name, whenOf(range), before);
  if (isInterval(range)) requireInterval(name, range);
  else if (choicesOf(range)?.length === 0) throw new UsageError(`number space: expected finite choices of ${name}, got none`);
}

function requireWhen(name: string, when: When, before: { readonly [name: string]: NumberRange }): void {
  for (const [other, values] of Object.entries(when)) {
    const range = before[other];
    if (range === undefined) throw new UsageError(`number space: expected ${name} to depend on a range named before it (${Object.keys(before).join(', ') || 'there is none'}), got ${other}`);
    if (values.length === 0) throw new UsageError(`number space: expected values of ${other} with which ${name} is there, got none`);
    if (!values.some((value) => holds(range, value))) throw new UsageError(`number space: expected ${name} with a value of ${other} in ${words(range)}, got ${values.join(', ')}`);
  }
}

type Interval = Extract<NumberRange, { readonly low: number }>;

function isInterval(range: NumberRange): range is Interval {
  return choicesOf(range) === null;
}

function isList(range: NumberRange): range is readonly number[] {
  return Array.isArray(range);
}

function requireInterval(name: string, { low, high, log = false, integer = false }: Interval): void {
  if (!(low < high)) throw new UsageError(`number space: expected low < high for ${name}, got ${low} and ${high}`);
  if (log && low <= 0) throw new UsageError(`number space: expected a logarithmic range of ${name} above 0, got low ${low}`);
  if (integer && !(Number.isInteger(low) && Number.isInteger(high))) {
    throw new UsageError(`number space: expected whole ends for ${name}, got ${low} and ${high}`);
  }
}
