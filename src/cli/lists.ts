// Option values that are lists: `a,b,c`.
import { InvalidArgumentError } from 'commander';

/** Applies `parse` to each member; an empty member is refused. */
export function listOf<T>(parse: (text: string) => T): (text: string) => readonly T[] {
  return (text) => {
    const parts = text.split(',').map((part) => part.trim());
    if (parts.every((part) => part !== '')) return parts.map(parse);
    throw new InvalidArgumentError('Expected one value, or several joined by commas.');
  };
}
