// Option values: text in, a checked value out. A wrong one is refused with what was expected; commander adds which option
// it was and what came.
import { InvalidArgumentError } from 'commander';

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}, in digits.`);
  };
}

/** Bounds are those of an open interval, but for `from`, which may be reached. */
export function realNumber(bounds: { readonly from?: number; readonly above?: number; readonly below?: number }): (text: string) => number {
  const { from, above, below } = bounds;
  const words = [
    ...(from === undefined ? [] : [`at least ${from}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ].join(' and ');
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    const fits = Number.isFinite(value) && value >= (from ?? -Infinity) && value > (above ?? -Infinity) && value < (below ?? Infinity);
    if (fits) return value;
    throw new InvalidArgumentError(`Expected a number ${words}.`);
  };
}

export function onOff(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new InvalidArgumentError('Expected on or off.');
}

export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    throw new InvalidArgumentError(`Expected ${choices.length === 1 ? '' : 'one of '}${choices.join(', ')}.`);
  };
}

/** Collects repeated KEY=VALUE. */
export function keyValue(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected KEY=VALUE.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** In (0, 1]. */
export function shareOption(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a share above 0 and at most 1.');
}
