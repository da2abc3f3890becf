// i-epoch (Egele et al. 2022): every trial gets i epochs, and once nobody new arrives the K best of them are trained to the end. It predicts
// nothing and is the honest rival of every rule that does: a frozen trial's value is the last score seen.
import { UsageError } from '../../core/index.js';
import type { Stakes, StoppingRule, StoredEvent, TrialId } from '../../core/index.js';
import { TrialBook } from './trial-book.js';

export interface IEpochRuleOptions {
  /** Epochs that every trial gets. */
  readonly i: number;
  /** How many go on. */
  readonly k: number;
}

export class IEpochRule implements StoppingRule {
  readonly settings: StoppingRule['settings'];
  private readonly book = new TrialBook();
  /** Those that went on. */
  private readonly thawed = new Set<TrialId>();

  constructor(private readonly options: IEpochRuleOptions) {
    const { i, k } = options;
    if (!Number.isInteger(i) || i < 1) throw new UsageError(`i-epoch rule: expected i to be a whole number from 1, got ${i}`);
    if (!Number.isInteger(k) || k < 1) throw new UsageError(`i-epoch rule: expected K to be a whole number from 1, got ${k}`);
    this.settings = { name: 'i-epoch', i, k };
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
    if (event.type === 'thaw') this.thawed.add(event.trial);
  }

  judge(trial: TrialId, { horizon }: Stakes): ReturnType<StoppingRule['judge']> {
    const record = this.book.get(trial);
    const { i, k } = this.options;
    if (record === undefined || record.epoch !== i || i >= horizon || this.thawed.has(trial)) return Promise.resolve({ verdict: { action: 'continue' } });
    const reason = `${i} epochs are done; the ${k} best go on when nobody new arrives`;
    return Promise.resolve({ verdict: { action: 'freeze', reason, value: { y: record.values[i - 1] as number, at: i } } });
  }

  review(frozen: readonly { readonly trial: TrialId; readonly stakes: Stakes }[], { final }: { readonly final: boolean }): ReturnType<StoppingRule['review']> {
    const left = this.options.k - this.thawed.size;
    if (!final || left <= 0) return Promise.resolve({ thaw: [] });
    const at = (trial: TrialId): number => this.book.get(trial)?.values[this.options.i - 1] ?? -Infinity;
    const best = frozen.map(({ trial }) => trial).filter((trial) => this.book.get(trial)?.byHand !== true).sort((a, b) => at(b) - at(a) || a - b);
    return Promise.resolve({ thaw: best.slice(0, left).map((trial, place) => ({ trial, reason: `number ${this.thawed.size + place + 1} after ${this.options.i} epochs` })) });
  }
}
