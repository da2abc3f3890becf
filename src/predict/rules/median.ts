// Median stopping (Golovin et al. 2017, Vizier section 3.2.2): at epoch s a trial stops where its best score so far is
// strictly below the median of the running averages over 1..s of the fully trained trials. A rank rule: it predicts
// nothing, so a frozen trial's value is the last score seen, and there is nothing to review.
import { UsageError } from '../../core/index.js';
import type { Stakes, StoppingRule, StoredEvent, TrialId } from '../../core/index.js';
import { countAtMost, quantileOfAscending } from '../uncertainty.js';
import { TrialBook, type TrialRecord } from './trial-book.js';

export interface MedianRuleOptions {
  /** Fully trained trials before the first freeze. */
  readonly burnIn: number;
  /** Epochs that every trial gets. */
  readonly grace: number;
}

/** So many of those that reached a horizon, in their order, and for each epoch up to it their running averages, ascending. */
interface Peers {
  count: number;
  readonly averages: readonly number[][];
}

export class MedianRule implements StoppingRule {
  readonly settings: StoppingRule['settings'];
  private readonly book = new TrialBook();
  /** By horizon; brought up to date when it is asked for. */
  private readonly peers = new Map<number, Peers>();

  constructor(private readonly options: MedianRuleOptions) {
    const { burnIn, grace } = options;
    if (!Number.isInteger(burnIn) || burnIn < 1) throw new UsageError(`median rule: expected a burn-in of at least 1 trial, got ${burnIn}`);
    if (!Number.isInteger(grace) || grace < 1) throw new UsageError(`median rule: expected a grace of at least 1 epoch, got ${grace}`);
    this.settings = { name: 'median', burnIn, grace };
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
    // Who failed is no peer any more; rare enough to count them all again.
    if (event.type === 'fail') this.peers.clear();
  }

  judge(trial: TrialId, { horizon }: Stakes): ReturnType<StoppingRule['judge']> {
    const record = this.book.get(trial);
    const peers = this.book.countAt(horizon);
    if (record === undefined || !this.mayFreeze(record, horizon, peers)) {
      return Promise.resolve({ verdict: { action: 'continue' } });
    }
    const best = Math.max(...record.values.slice(0, record.epoch));
    const median = quantileOfAscending(this.averagesAt(horizon, record.epoch), 0.5);
    if (!(best < median)) return Promise.resolve({ verdict: { action: 'continue', bar: median } });
    const reason = `its best so far is worse than the median of the running averages of ${peers} fully trained trials`;
    const value = { y: record.values[record.epoch - 1] as number, at: record.epoch };
    return Promise.resolve({ verdict: { action: 'freeze', reason, value, bar: median } });
  }

  review(): ReturnType<StoppingRule['review']> {
    return Promise.resolve({ thaw: [] });
  }

  private averagesAt(horizon: number, epoch: number): readonly number[] {
    const known = this.peers.get(horizon) ?? { count: 0, averages: Array.from({ length: horizon }, (): number[] => []) };
    this.peers.set(horizon, known);
    if (known.count < this.book.countAt(horizon)) {
      for (const { values } of this.book.trainedTo(horizon).slice(known.count)) addAverages(known.averages, values);
      known.count = this.book.countAt(horizon);
    }
    return known.averages[epoch - 1] as readonly number[];
  }

  private mayFreeze(record: TrialRecord, horizon: number, peers: number): boolean {
    const { burnIn, grace } = this.options;
    return peers >= burnIn && record.epoch > Math.max(grace - 1, record.usedThrough) && record.epoch < horizon && !record.byHand;
  }
}

function addAverages(averages: readonly number[][], values: readonly number[]): void {
  let sum = 0;
  averages.forEach((list, i) => {
    sum += values[i] as number;
    const average = sum / (i + 1);
    list.splice(countAtMost(list, average), 0, average);
  });
}
