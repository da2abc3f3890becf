// The termination criterion of Domhan, Springenberg and Hutter (IJCAI 2015): a run stops where it has not passed the best so far and its extrapolated curve is
// unlikely to. Judged at a few shares of the curve, because a look costs tenths of a second. It learns nothing from other runs but the bar, needs no burn-in beyond one
// full training, and takes no stop back: there is nothing to refit.
import { tauOf, UsageError } from '../../core/index.js';
import type { Rng, Stakes, StoppingRule, StoredEvent, TrialId, Verdict } from '../../core/index.js';
import { lcePrediction, type LceOptions } from '../curves/lce.js';
import { chanceWords } from './chance-words.js';
import { TrialBook, type TrialRecord } from './trial-book.js';

export interface LceRuleOptions extends LceOptions {
  /** Delta, in (.5, 1): stop where p(y > bar) < 1 - Delta. The authors': .95. */
  readonly confidence: number;
  /** Of the horizon, each in (0, 1): where runs are judged. */
  readonly shares: readonly number[];
}

const GOES_ON: Verdict = { action: 'continue' };

export class LceRule implements StoppingRule {
  readonly settings: StoppingRule['settings'];
  private readonly book = new TrialBook();

  constructor(
    private readonly options: LceRuleOptions,
    private readonly rng: Rng,
  ) {
    const { confidence, shares, sampling } = options;
    if (!(confidence > 0.5 && confidence < 1)) throw new UsageError(`lce rule: expected a confidence above .5 and below 1, got ${confidence}`);
    if (shares.length === 0 || !shares.every((share) => share > 0 && share < 1)) throw new UsageError(`lce rule: expected shares of the curve above 0 and below 1, got ${shares.join(', ') || 'none'}`);
    this.settings = { name: 'lce', confidence, shares: [...shares], walkers: sampling.walkers, samples: sampling.samples, burnIn: sampling.burnIn, families: [...sampling.families] };
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
  }

  async judge(trial: TrialId, { horizon, bar }: Stakes): ReturnType<StoppingRule['judge']> {
    const record = this.book.get(trial);
    if (record === undefined || bar === null || !this.mayFreeze(record, horizon)) return { verdict: GOES_ON };
    const seen = record.values.slice(0, record.epoch);
    const best = Math.max(...seen);
    if (best > bar) return { verdict: { action: 'continue', bar } };
    const { prediction, families } = await lcePrediction(seen, horizon, this.options, this.rng.fork('lce', trial).int(2 ** 31));
    if (families === 0) return { verdict: { action: 'continue', reason: 'no family of curves fits what was seen', bar } };
    const { mean, sigma = NaN, quantiles = [] } = prediction;
    const probability = prediction.below(bar);
    const predicted = { mean, sigma, quantiles, probability, horizon };
    if (!(probability > this.options.confidence) || !this.isInUnit(mean)) return { verdict: { action: 'continue', bar, predicted } };
    return { verdict: { action: 'freeze', reason: chanceWords(probability, '>', this.options.confidence), value: { y: mean, at: horizon }, bar, predicted } };
  }

  review(): ReturnType<StoppingRule['review']> {
    return Promise.resolve({ thaw: [] });
  }

  private mayFreeze({ epoch, usedThrough, byHand }: TrialRecord, horizon: number): boolean {
    return epoch > usedThrough && epoch < horizon && !byHand && this.options.shares.some((share) => tauOf(share, horizon) === epoch);
  }

  private isInUnit(score: number): boolean {
    const unit = this.options.unit.to(score);
    return unit >= 0 && unit <= 1;
  }
}
