// Where a strategy's candidates come from. A source says what to try next, a strategy for how long each is trained: any source goes with any
// strategy (evolution under Hyperband, Q-learning under freeze-thaw). Here are the contract and the two that learn nothing: a space that is
// sampled, and a pool in a given order (recorded runs).
import { hashOf, type Candidate, type FitRecord, type Json, type Rng, type Space, type StoredEvent, type TrialId } from '../core/index.js';

export interface Offer {
  readonly candidate: Candidate;
  /** What was fitted to find it; journaled before it acts. */
  readonly record?: FitRecord;
}

/**
 * Promises: folded from told events alone; `next` for the same trial after the same events gives the same offer; what it draws comes from
 * generators forked by the trial's number. A trial's latest `value` event is what it is worth, predicted (frozen) or not; a failed trial is worth nothing.
 */
export interface Source {
  readonly settings: { readonly name: string; readonly [key: string]: Json };
  tell(event: StoredEvent): void;
  /** For the trial with that number; null where there is nothing new any more. */
  next(trial: TrialId): Promise<Offer | null>;
}

/** Draws before the space counts as used up. */
const MAX_TRIES = 100;

/** Samples of a space, each drawn by itself, none twice. */
export function sampledSource(space: Space, rng: Rng): Source {
  const seen = new Set<string>();
  return {
    settings: { name: 'random' },
    tell(event) {
      if (event.type === 'start') seen.add(identityOf(event.candidate));
    },
    next(trial) {
      for (let i = 0; i < MAX_TRIES; i++) {
        const candidate = space.sample(rng.fork('trial', trial, i));
        if (!seen.has(identityOf(candidate))) return Promise.resolve({ candidate });
      }
      return Promise.resolve(null);
    },
  };
}

/** The candidates in their order, equals among them too: each is a run of its own. */
export function poolSource(pool: readonly Candidate[]): Source {
  const next = (trial: TrialId): Offer | null => (pool[trial] === undefined ? null : { candidate: pool[trial] });
  return { settings: { name: 'random' }, tell: () => undefined, next: (trial) => Promise.resolve(next(trial)) };
}

/** AP follows from the architecture where there is one; a user's own candidates may have nothing else. */
export function identityOf({ architecture, ap, hp, graph }: Candidate): string {
  return hashOf(architecture === null ? { ap, hp, graph } : { architecture, hp });
}
