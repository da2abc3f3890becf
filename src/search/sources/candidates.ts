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
    const list: Candidate[] = [];
    const most = Math.min(LIST, count - first);
    while (list.length < most) list.push(...groupOf(domain, parents, Math.min(GROUP, most - list.length), rng.fork('candidates', first + list.length)));
    yield list;
  }
}

const LIST = 16384;
/** Neighbours that are asked for at once: a space checks and takes apart the centre each time (600 us in metaqnn, a neighbour itself 200). */
const GROUP = 16;

/** One to `most`: all drawn, or all a step away from one place, which is a parent or a step from it. */
function groupOf(domain: Domain, parents: readonly KnownTrial[], most: number, rng: Rng): readonly Candidate[] {
  const parent = parents.length > 0 && rng.next() < 0.5 ? rng.pick(parents) : undefined;
  if (parent === undefined) return Array.from({ length: most }, () => domain.draw(rng));
  const centre = walked(domain, parent.candidate, rng.int(2), rng);
  const near = domain.neighbours(centre, rng, most);
  return near.length > 0 ? near : [domain.draw(rng)];
}
