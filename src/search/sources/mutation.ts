// A child that nobody tried: a step away from its parent or, where all of those are taken, from one of them. Nothing is ranked here.
import type { Candidate, Rng } from '../../core/index.js';
import type { Domain } from './domain.js';

/** Steps from the parent before the neighbourhood counts as used up. */
const MOST_STEPS = 20;

/** Null where the walk met nothing new. */
export function mutated(domain: Domain, parent: Candidate, rng: Rng): Candidate | null {
  let here = parent;
  for (let i = 0; i < MOST_STEPS; i++) {
    const [next] = domain.neighbours(here, rng.fork('step', i), 1);
    if (next === undefined) return null;
    if (!domain.isTaken(next)) return next;
    here = next;
  }
  return null;
}

/** Wherever `steps` random steps lead, taken or not. */
export function walked(domain: Domain, from: Candidate, steps: number, rng: Rng): Candidate {
  let here = from;
  for (let i = 0; i < steps; i++) here = domain.neighbours(here, rng.fork('walk', i), 1)[0] ?? here;
  return here;
}
