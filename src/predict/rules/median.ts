// Median stopping (Golovin et al. 2017, Vizier section 3.2.2): at epoch s a trial stops where its best score so far is
// strictly below the median of the running averages over 1..s of the fully trained trials. A rank rule: it predicts
// nothing, so a frozen trial's value is the last score seen, and there is nothing to review.
import { UsageError } from '../../core/index.js';
import type { Stakes, StoppingRule, StoredEvent, TrialId } from '../../core/index.js';
import { quantile } from '../uncertainty.js';
import { TrialBook, type TrialRecord } from './trial-book.js';

export interface MedianRuleOptions {
  /** Fully trained trials before the first freeze. */
  readonly burnIn: number;
  /** Epochs that every trial gets. */
  readonly grace: number;
}

export const medianRuleDefaults: MedianRuleOptions = { burnIn: 5, grace: 1 };

export class MedianRule implements StoppingRule {
  readonly settings: StoppingRule['settings'];
  private readonly book = new TrialBook();

  constructor(private readonly options: MedianRuleOptions) {
    const { burnIn, grace } = options;
    if (!Number.isInteger(burnIn) || burnIn < 1) throw new UsageError(`median rule: expected a burn-in of at least 1 trial, got ${burnIn}`);
    if (!Number.isInteger(grace) || grace < 1) throw new UsageError(`median rule: expected a grace of at least 1 epoch, got ${grace}`);
    this.settings = { name: 'median', burnIn, grace };
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
  }

  judge(trial: TrialId, { horizon }: Stakes): ReturnType<StoppingRule['judge']> {
    const record = this.book.get(trial);
    const peers = this.book.trainedTo(horizon);
    if (record === undefined || !this.mayFreeze(record, horizon, peers.length)) {
      return Promise.resolve({ verdict: { action: 'continue' } });
    }
    const best = Math.max(...record.values.slice(0, record.epoch));
    const median = quantile(peers.map(({ values }) => runningAverage(values, record.epoch)), 0.5);
    if (!(best < median)) return Promise.resolve({ verdict: { action: 'continue', bar: median } });
    const reason =
      `best ${best.toFixed(4)} by epoch ${record.epoch} is below the median ${median.toFixed(4)} ` +
      `of the running averages of ${peers.length} fully trained trials`;
    const value = { y: record.values[record.epoch - 1] as number, at: record.epoch };
    return Promise.resolve({ verdict: { action: 'freeze', reason, value, bar: median } });
  }

  review(): ReturnType<StoppingRule['review']> {
    return Promise.resolve({ thaw: [] });
  }

  private mayFreeze(record: TrialRecord, horizon: number, peers: number): boolean {
    const { burnIn, grace } = this.options;
    return peers >= burnIn && record.epoch > Math.max(grace - 1, record.usedThrough) && record.epoch < horizon && !record.byHand;
  }
}

function runningAverage(values: readonly number[], epochs: number): number {
  return values.slice(0, epochs).reduce((sum, v) => sum + v, 0) / epochs;
}
