// What a learning source chooses from: a space, or a pool of recorded runs. Both can be drawn from at random and asked for what lies near a
// candidate; both know what was taken, since nothing is tried twice. They learn nothing and rank nothing.
import { type Candidate, graphOf, type Rng, type Space } from '../../core/index.js';
import { identityOf } from '../source.js';
import { Nearness, type Words } from './nearness.js';

export interface Domain {
  /** Any candidate, taken ones among them: the same generator gives the same one, whatever was taken. */
  draw(rng: Rng): Candidate;
  /** At most `most` that lie one step away, taken ones among them; none twice, never itself. */
  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[];
  /** All there are, taken ones too, where they can be counted; null for a space. */
  all(): readonly Candidate[] | null;
  take(candidate: Candidate): void;
  isTaken(candidate: Candidate): boolean;
}

/** Draws before a space counts as used up. */
const MAX_TRIES = 100;

/** One that nobody took; null where none was found. */
export function untaken(domain: Domain, rng: Rng): Candidate | null {
  for (let i = 0; i < MAX_TRIES; i++) {
    const candidate = domain.draw(rng.fork('draw', i));
    if (!domain.isTaken(candidate)) return candidate;
  }
  const left = (domain.all() ?? []).filter((candidate) => !domain.isTaken(candidate));
  return left.length === 0 ? null : rng.fork('left').pick(left);
}

/** Equals are one candidate. */
export function spaceDomain(space: Space): Domain {
  const taken = new Set<string>();
  return {
    draw: (rng) => space.sample(rng),
    neighbours: (candidate, rng, most) => space.neighbours(candidate, rng, most),
    all: () => null,
    take: (candidate) => taken.add(identityOf(candidate)),
    isTaken: (candidate) => taken.has(identityOf(candidate)),
  };
}

/** Equals are each a run of its own. `words`: default the graph's operations. */
export function poolDomain(pool: readonly Candidate[], words: Words = (candidate) => graphOf(candidate)?.operations ?? []): Domain {
  const nearness = new Nearness(pool, words);
  const taken = new Set<number>();
  const places = new Map(pool.map((candidate, i) => [candidate, i] as const));
  let alike: ReadonlyMap<string, readonly number[]> | null = null;
  // A candidate that comes back from a journal on disk is not the pool's own object: of its equals the first that is left. -1 = not of the pool.
  const placeOf = (candidate: Candidate): number => {
    const known = places.get(candidate);
    if (known !== undefined) return known;
    alike ??= byIdentity(pool);
    const place = alike.get(identityOf(candidate))?.find((i) => !taken.has(i)) ?? -1;
    places.set(candidate, place);
    return place;
  };
  return {
    draw: (rng) => rng.pick(pool),
    neighbours: (candidate, rng, most) => nearness.around(placeOf(candidate), rng, most).map((i) => pool[i] as Candidate),
    all: () => pool,
    take: (candidate) => taken.add(placeOf(candidate)),
    isTaken: (candidate) => taken.has(placeOf(candidate)),
  };
}

function byIdentity(pool: readonly Candidate[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  pool.forEach((candidate, i) => {
    const identity = identityOf(candidate);
    const known = places.get(identity);
    if (known === undefined) places.set(identity, [i]);
    else known.push(i);
  });
  return places;
}
