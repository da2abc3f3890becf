// Each candidate of the source is trained to T unless a rule freezes it: random search over a sampled source, and every learner that wants
// final scores. It learns nothing itself; scores only set the bar. What people enqueue is started by the study, and counts as a trial.
import { UsageError } from '../../core/index.js';
import type { Stakes, StoredEvent, Strategy, TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import { Finals } from './finals.js';

export interface FullStrategyOptions {
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  /** The bar is the n-th best fully trained trial. */
  readonly nth: number;
}

export class FullStrategy implements Strategy {
  /** Under the source's name. */
  readonly settings: Strategy['settings'];
  private readonly finals: Finals;
  private started = 0;

  constructor(
    private readonly source: Source,
    private readonly options: FullStrategyOptions,
  ) {
    const { trials, epochs, nth } = options;
    const { name } = source.settings;
    const bad = Object.entries({ trials, epochs, nth }).find(([, n]) => !Number.isInteger(n) || n < 1);
    if (bad !== undefined) throw new UsageError(`${name} strategy: expected ${bad[0]} to be a whole number from 1, got ${bad[1]}`);
    this.settings = { ...source.settings, trials, epochs, nth };
    this.finals = new Finals(epochs, nth);
  }

  tell(event: StoredEvent): void {
    this.finals.tell(event);
    this.source.tell(event);
    if (event.type === 'start') this.started++;
  }

  async ask(): ReturnType<Strategy['ask']> {
    const offer = this.started < this.options.trials ? await this.source.next(this.started) : null;
    return offer === null ? { action: 'done' } : { action: 'start', ...offer, until: this.options.epochs };
  }

  stakes(_trial: TrialId): Stakes {
    return { horizon: this.options.epochs, bar: this.finals.bar() };
  }
}
