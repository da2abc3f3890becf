// Where a strategy's new candidates come from: a space that is sampled, or a pool in a given order (recorded runs). Strategies ask
// for the candidate of the next trial and never draw themselves.
import { hashOf, type Candidate, type Rng, type Space, type StoredEvent } from '../core/index.js';

/** Promises: folded from told events alone; the same trial number after the same events gives the same candidate. */
export interface Source {
  tell(event: StoredEvent): void;
  /** For the trial with that number; null where there is nothing new any more. */
  next(trial: number): Candidate | null;
}

/** Draws before the space counts as used up. */
const MAX_TRIES = 100;

/** Samples of a space, each drawn by itself, none twice. */
export function sampledSource(space: Space, rng: Rng): Source {
  const seen = new Set<string>();
  return {
    tell(event) {
      if (event.type === 'start') seen.add(identityOf(event.candidate));
    },
    next(trial) {
      for (let i = 0; i < MAX_TRIES; i++) {
        const candidate = space.sample(rng.fork('trial', trial, i));
        if (!seen.has(identityOf(candidate))) return candidate;
      }
      return null;
    },
  };
}

/** The candidates in their order, equals among them too: each is a run of its own. */
export function poolSource(pool: readonly Candidate[]): Source {
  return { tell: () => undefined, next: (trial) => pool[trial] ?? null };
}

/** AP follows from the architecture where there is one; a user's own candidates may have nothing else. */
function identityOf({ architecture, ap, hp }: Candidate): string {
  return hashOf(architecture === null ? { ap, hp } : { architecture, hp });
}
