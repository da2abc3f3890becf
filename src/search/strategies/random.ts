// Random search: every trial is drawn by itself from the space and trained to T unless a rule freezes it. It learns
// nothing from scores; they only set the bar. What people enqueue is started by the study, and counts as a trial.
import { hashOf, UsageError } from '../../core/index.js';
import type { Candidate, Proposal, Rng, Space, Stakes, StoredEvent, Strategy, TrialId } from '../../core/index.js';
import { Finals } from './finals.js';

export interface RandomStrategyOptions {
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  /** The bar is the n-th best fully trained trial. */
  readonly nth: number;
}

/** Draws before the space counts as used up. */
const MAX_TRIES = 100;

export class RandomStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly finals: Finals;
  private readonly seen = new Set<string>();
  private started = 0;

  constructor(
    private readonly space: Space,
    private readonly options: RandomStrategyOptions,
    private readonly rng: Rng,
  ) {
    const { trials, epochs, nth } = options;
    const bad = Object.entries({ trials, epochs, nth }).find(([, n]) => !Number.isInteger(n) || n < 1);
    if (bad !== undefined) throw new UsageError(`random strategy: expected ${bad[0]} to be a whole number from 1, got ${bad[1]}`);
    this.settings = { name: 'random', trials, epochs, nth };
    this.finals = new Finals(epochs, nth);
  }

  tell(event: StoredEvent): void {
    this.finals.tell(event);
    if (event.type !== 'start') return;
    this.seen.add(identityOf(event.candidate));
    this.started++;
  }

  ask(): Promise<Proposal> {
    const candidate = this.started < this.options.trials ? this.fresh() : null;
    return Promise.resolve(candidate === null ? { action: 'done' } : { action: 'start', candidate, until: this.options.epochs });
  }

  stakes(_trial: TrialId): Stakes {
    return { horizon: this.options.epochs, bar: this.finals.bar() };
  }

  /** Null where the space gives nothing new any more. */
  private fresh(): Candidate | null {
    for (let i = 0; i < MAX_TRIES; i++) {
      const candidate = this.space.sample(this.rng.fork('trial', this.started, i));
      if (!this.seen.has(identityOf(candidate))) return candidate;
    }
    return null;
  }
}

/** AP follows from the architecture where there is one; a user's own candidates may have nothing else. */
function identityOf({ architecture, ap, hp }: Candidate): string {
  return hashOf(architecture === null ? { ap, hp } : { architecture, hp });
}
