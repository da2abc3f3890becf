// What a source that ranks has to rank: all of a pool; of a space random draws, and walks from the best trials by a step or two. Drawn whether
// taken or not, so that the same generator gives the same ones on resume; the taken ones are passed over when it comes to offering.
import type { Candidate, Rng } from '../../core/index.js';
import type { Domain } from './domain.js';
import type { KnownTrial } from './history.js';
import { walked } from './mutation.js';

/** Walks begin at these. */
const PARENTS = 10;

/** `count` of a space, half of them walks; a list at a time, so that a million need not be held at once. */
export function* candidatesOf(domain: Domain, known: readonly KnownTrial[], count: number, rng: Rng): Generator<readonly Candidate[]> {
  const all = domain.all();
  if (all !== null) return yield all;
  const parents = [...known].sort((a, b) => b.y - a.y || a.trial - b.trial).slice(0, PARENTS);
  for (let first = 0; first < count; first += LIST) {
    yield Array.from({ length: Math.min(LIST, count - first) }, (_, i) => candidateOf(domain, parents, rng.fork('candidate', first + i)));
  }
}

const LIST = 16384;

function candidateOf(domain: Domain, parents: readonly KnownTrial[], rng: Rng): Candidate {
  const parent = parents.length > 0 && rng.next() < 0.5 ? rng.pick(parents) : undefined;
  return parent === undefined ? domain.draw(rng) : walked(domain, parent.candidate, 1 + rng.int(2), rng);
}
