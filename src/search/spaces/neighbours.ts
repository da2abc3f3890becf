// What lies one choice away from a candidate. A space lists its choices, each as the candidates that another value of it gives; here they are
// taken in turn, so that many values of one choice do not crowd out the others. Which candidates are valid is the space's matter.
import { canonicalJson, type Candidate, isLanguageModel, remembered, type Rng } from '../../core/index.js';

/** Of one choice: the candidates with another value of it, in the order in which to try them; null = not in the space. */
export type OneChoice = Iterable<Candidate | null>;

type NameOf = (candidate: Candidate) => string;

export interface StepRange {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly integer?: boolean;
}

export function logarithmic([low, high]: readonly [low: number, high: number]): StepRange {
  return { low, high, log: true };
}

/** Deviation of a step, as a share of the range (of its logarithm): two steps in three stay within a fifth of it. */
const STEP = 0.2;
/** Steps of one number that are offered: numbers have no last neighbour. */
const MOST_STEPS = 32;

/** At most `most`, none twice, never `self`. `nameOf`: the same for equals, where a space knows a shorter one than all that a candidate is. */
export function inTurn(self: Candidate, choices: readonly OneChoice[], rng: Rng, most: number, nameOf: NameOf = wholeName): Candidate[] {
  const seen = new Set([nameOf(self)]);
  const found: Candidate[] = [];
  let open = rng.shuffle(choices.map((choice) => choice[Symbol.iterator]()));
  while (open.length > 0 && found.length < most) {
    open = open.filter((values) => {
      if (found.length >= most) return true;
      const next = firstNew(values, seen, nameOf);
      if (next !== null) found.push(next);
      return next !== null;
    });
  }
  return found;
}

/** The other values, shuffled, each made a candidate. */
export function* others<T>(values: readonly T[], now: NoInfer<T> | undefined, rng: Rng, make: (value: T) => Candidate | null): OneChoice {
  for (const value of rng.shuffle(values.filter((other) => other !== now))) yield make(value);
}

/** Normal steps from a number (or from the end of the range that is nearest to it), whole ones by 1 at least. */
export function* steps(now: number, { low, high, log = false, integer = false }: StepRange, rng: Rng, make: (value: number) => Candidate | null): OneChoice {
  const from = Math.min(high, Math.max(low, now));
  for (let i = 0; i < MOST_STEPS; i++) {
    const by = STEP * rng.normal();
    const moved = log ? from * (high / low) ** by : from + by * (high - low);
    const value = integer ? wholeStep(from, moved) : moved;
    if (value >= low && value <= high && value !== now) yield make(value);
  }
}

function wholeStep(from: number, moved: number): number {
  return Math.round(moved) === from ? from + (moved > from ? 1 : -1) : Math.round(moved);
}

function firstNew(values: Iterator<Candidate | null>, seen: Set<string>, nameOf: NameOf): Candidate | null {
  for (let next = values.next(); next.done !== true; next = values.next()) {
    if (next.value === null) continue;
    const name = nameOf(next.value);
    if (seen.has(name)) continue;
    seen.add(name);
    return next.value;
  }
  return null;
}

/** Of plain data that many candidates share. */
const textOf = remembered((data: object) => canonicalJson(data));

/** As `identityOf`, but the text itself, of which most is known from other candidates. */
function wholeName({ architecture, ap, hp, graph }: Candidate): string {
  if (architecture === null) return canonicalJson({ ap, hp, graph });
  return [hp, ...(isLanguageModel(architecture) ? [architecture] : [architecture.input, ...architecture.layers])].map(textOf).join();
}
