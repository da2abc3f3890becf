// Random search: every trial is trained to T unless a rule freezes it, in the order in which its source gives them. It learns
// nothing from scores; they only set the bar. What people enqueue is started by the study, and counts as a trial.
import { UsageError } from '../../core/index.js';
import type { Proposal, Stakes, StoredEvent, Strategy, TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import { Finals } from './finals.js';

export interface RandomStrategyOptions {
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  /** The bar is the n-th best fully trained trial. */
  readonly nth: number;
}

export class RandomStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly finals: Finals;
  private started = 0;

  constructor(
    private readonly source: Source,
    private readonly options: RandomStrategyOptions,
  ) {
    const { trials, epochs, nth } = options;
    const bad = Object.entries({ trials, epochs, nth }).find(([, n]) => !Number.isInteger(n) || n < 1);
    if (bad !== undefined) throw new UsageError(`random strategy: expected ${bad[0]} to be a whole number from 1, got ${bad[1]}`);
    this.settings = { name: 'random', trials, epochs, nth };
    this.finals = new Finals(epochs, nth);
  }

  tell(event: StoredEvent): void {
    this.finals.tell(event);
    this.source.tell(event);
    if (event.type === 'start') this.started++;
  }

  ask(): Promise<Proposal> {
    const candidate = this.started < this.options.trials ? this.source.next(this.started) : null;
    return Promise.resolve(candidate === null ? { action: 'done' } : { action: 'start', candidate, until: this.options.epochs });
  }

  stakes(_trial: TrialId): Stakes {
    return { horizon: this.options.epochs, bar: this.finals.bar() };
  }
}
