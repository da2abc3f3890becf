// A space of named numbers, for a user's own training loop: ranges, logarithmic or whole, and lists of choices. What the
// numbers mean is the loop's business; a predictor reads them as HP columns.
import { UsageError, type Candidate, type Json, type Rng, type Space } from '../../core/index.js';
import { inTurn, type OneChoice, others, steps } from './neighbours.js';

export type NumberRange =
  | { readonly low: number; readonly high: number; readonly log?: boolean; readonly integer?: boolean }
  | readonly number[];

/** Throws UsageError on a range that holds nothing. Ranges include both ends where they are whole, the lower end otherwise. */
export class NumberSpace implements Space {
  readonly name = 'numbers';
  readonly settings: { readonly [key: string]: Json };

  constructor(private readonly ranges: { readonly [name: string]: NumberRange }) {
    if (Object.keys(ranges).length === 0) throw new UsageError('number space: expected at least one named range, got none');
    Object.entries(ranges).forEach(([name, range]) => requireSane(name, range));
    this.settings = { ranges: ranges as { readonly [name: string]: Json } };
  }

  sample(rng: Rng): Candidate {
    // A generator a name: adding a range leaves the others' draws as they were.
    const hp = Object.entries(this.ranges).map(([name, range]) => [name, draw(range, rng.fork(name))] as const);
    return { architecture: null, ap: {}, hp: Object.fromEntries(hp) };
  }

  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(candidate);
    const choices = Object.entries(this.ranges).map(([name, range]): OneChoice => {
      const make = (value: number): Candidate => ({ ...self, hp: { ...self.hp, [name]: value } });
      const now = self.hp[name] ?? 0;
      return isChoices(range) ? others(range, now, rng, make) : steps(now, range, rng, make);
    });
    return inTurn(self, choices, rng, most);
  }

  validate(candidate: Candidate): Candidate {
    for (const [name, range] of Object.entries(this.ranges)) {
      const value = candidate.hp[name];
      if (value === undefined || !holds(range, value)) {
        throw new UsageError(`number space: expected ${name} in ${words(range)}, got ${value ?? 'nothing'}`);
      }
    }
    const unknown = Object.keys(candidate.hp).find((name) => !(name in this.ranges));
    if (unknown !== undefined) throw new UsageError(`number space: expected ${Object.keys(this.ranges).join(', ')}, got ${unknown}`);
    return candidate;
  }
}

function isChoices(range: NumberRange): range is readonly number[] {
  return Array.isArray(range);
}

function draw(range: NumberRange, rng: Rng): number {
  if (isChoices(range)) return rng.pick(range);
  const { low, log = false, integer = false } = range;
  const high = integer ? range.high + 1 : range.high;
  const value = log ? rng.logUniform(low, high) : rng.uniform(low, high);
  return integer ? Math.min(range.high, Math.floor(value)) : value;
}

function holds(range: NumberRange, value: number): boolean {
  if (isChoices(range)) return range.includes(value);
  return value >= range.low && value <= range.high && (!range.integer || Number.isInteger(value));
}

function words(range: NumberRange): string {
  if (isChoices(range)) return `{${range.join(', ')}}`;
  return `[${range.low}, ${range.high}]${range.integer ? ', whole' : ''}`;
}

function requireSane(name: string, range: NumberRange): void {
  if (isChoices(range)) {
    if (range.length > 0 && range.every(Number.isFinite)) return;
    throw new UsageError(`number space: expected finite choices of ${name}, got [${range.join(', ')}]`);
  }
  const { low, high, log = false, integer = false } = range;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new UsageError(`number space: expected low < high for ${name}, got ${low} and ${high}`);
  }
  if (log && low <= 0) throw new UsageError(`number space: expected a logarithmic range of ${name} above 0, got low ${low}`);
  if (integer && !(Number.isInteger(low) && Number.isInteger(high))) {
    throw new UsageError(`number space: expected whole ends for ${name}, got ${low} and ${high}`);
  }
}
