// A space of named numbers, for a user's own training loop: ranges, logarithmic or whole, and lists of choices, some of them there only while others have
// certain values (absent ones are absent in hp). What the numbers mean is the loop's business; a predictor reads them as HP columns.
import { UsageError, type Candidate, type Grid, type Json, type Rng, type Space } from '../../core/index.js';
import { inTurn, type OneChoice, others, steps } from './neighbours.js';
import { choicesOf, draw, holds, isActive, type NumberRange, type Numbers, pointsOf, requireSane, whenOf, words } from './number-range.js';

/** Points of a grid that is held in memory. */
const MOST_POINTS = 1_000_000;

/** Throws UsageError on a range that holds nothing. Ranges include both ends where they are whole, the lower end otherwise. */
export class NumberSpace implements Space {
  readonly name = 'numbers';
  readonly settings: { readonly [key: string]: Json };
  private readonly ranges: readonly (readonly [name: string, range: NumberRange])[];

  constructor(ranges: { readonly [name: string]: NumberRange }) {
    this.ranges = Object.entries(ranges);
    if (this.ranges.length === 0) throw new UsageError('number space: expected at least one named range, got none');
    this.ranges.forEach(([name, range], i) => requireSane(name, range, Object.fromEntries(this.ranges.slice(0, i))));
    this.settings = { ranges: ranges as { readonly [name: string]: Json } };
  }

  sample(rng: Rng): Candidate {
    return candidateOf(this.completed({}, rng));
  }

  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(candidate);
    const choices = this.ranges.filter(([name]) => self.hp[name] !== undefined).map(([name, range]): OneChoice => {
      const make = (value: number): Candidate => ({ ...self, hp: this.completed({ ...self.hp, [name]: value }, rng.fork('comes', name, value)) });
      const now = self.hp[name] ?? 0;
      const choicesHere = choicesOf(range);
      return choicesHere === null ? steps(now, range as Extract<NumberRange, { readonly low: number }>, rng, make) : others(choicesHere, now, rng, make);
    });
    return inTurn(self, choices, rng, most);
  }

  validate(candidate: Candidate): Candidate {
    for (const [name, range] of this.ranges) {
      const value = candidate.hp[name];
      const active = isActive(range, candidate.hp);
      if (!active && value !== undefined) throw new UsageError(`number space: expected ${name} only with ${conditions(range)}, got ${value} without`);
      if (active && (value === undefined || !holds(range, value))) throw new UsageError(`number space: expected ${name} in ${words(range)}, got ${value ?? 'nothing'}`);
    }
    const unknown = Object.keys(candidate.hp).find((name) => !this.ranges.some(([known]) => known === name));
    if (unknown !== undefined) throw new UsageError(`number space: expected ${this.ranges.map(([name]) => name).join(', ')}, got ${unknown}`);
    return candidate;
  }

  /** Every combination of so many points a range and of all choices. */
  grid(points: number): Grid {
    let rows: Numbers[] = [{}];
    for (const [name, range] of this.ranges) {
      const values = pointsOf(range, points);
      rows = rows.flatMap((row) => (isActive(range, row) ? values.map((value) => ({ ...row, [name]: value })) : [row]));
      if (rows.length > MOST_POINTS) throw new UsageError(`number space: expected a grid of at most ${MOST_POINTS} points, got more with ${points} a range; take fewer`);
    }
    return { size: rows.length, at: (i) => candidateOf(rows[i] ?? {}) };
  }

  /** The numbers that are there with these, those that are missing drawn: a generator a name, so that adding a range leaves the others' draws as they were. */
  private completed(numbers: Numbers, rng: Rng): Numbers {
    const row: { [name: string]: number } = {};
    for (const [name, range] of this.ranges) if (isActive(range, row)) row[name] = numbers[name] ?? draw(range, rng.fork(name));
    return row;
  }
}

function candidateOf(hp: Numbers): Candidate {
  return { architecture: null, ap: {}, hp };
}

function conditions(range: NumberRange): string {
  return Object.entries(whenOf(range)).map(([name, values]) => `${name} in {${values.join(', ')}}`).join(' and ');
}
