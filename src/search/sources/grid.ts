// A space from one end to the other: every candidate of its grid once, in an order that a seed shuffles, so that any number of trials covers all of it
// evenly (the end of an ordered grid would never be seen). It learns nothing.
import { type Rng, type Space, type StoredEvent, UsageError } from '../../core/index.js';
import { identityOf, type Source } from '../source.js';

export interface GridOptions {
  /** Values of a range. */
  readonly points: number;
}

/** Throws UsageError where the space has no grid. */
export function gridSource(space: Space, { points }: GridOptions, rng: Rng): Source {
  const grid = space.grid?.(points);
  if (grid === undefined) throw new UsageError(`grid: expected a space that can be enumerated, got ${space.name}, which has no grid; take random, or evolution and the like`);
  const order = rng.fork('grid').shuffle(Array.from({ length: grid.size }, (_, i) => i));
  const seen = new Set<string>();
  let first = 0;
  return {
    settings: { name: 'grid', points },
    tell(event: StoredEvent) {
      if (event.type === 'start') seen.add(identityOf(event.candidate));
    },
    next() {
      for (; first < order.length; first++) {
        const candidate = grid.at(order[first] as number);
        if (!seen.has(identityOf(candidate))) return Promise.resolve({ candidate });
      }
      return Promise.resolve(null);
    },
  };
}
