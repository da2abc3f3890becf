// The chain model as a RunModel: thousands of runs in milliseconds, every run that got that far among its teachers.
import type { FitRecord, Rng, StoredEvent, TrialId } from '../../core/index.js';
import { earlyGrid } from '../chain/grid.js';
import { predictionOf } from '../draws.js';
import type { FeaturePart } from '../features.js';
import type { Prediction } from '../predictor.js';
import { ChainLedger } from '../rules/chain/ledger.js';
import { TrialBook, type TrialRecord } from '../rules/trial-book.js';
import type { RunModel } from './run-model.js';

/**
 * Of the regressions (native/chain/chain.hpp). A search that always goes on with the most promising sees fewer and fewer of the others, and the weights that it fits on those few
 * must not be taken at their word. Less (0 to 2) at a higher Delta is as fast at the same regret where that is large, and slower where it is small: what was lost there is the best of
 * deep_resnets_cifar10, whose first epochs say nothing (docs/results.md).
 */
const POSTERIOR = 3;

export class ChainRunModel implements RunModel {
  readonly by = 'chain';
  readonly settings: RunModel['settings'];
  readonly grid: readonly number[];
  private readonly book = new TrialBook();
  private readonly ledger: ChainLedger;

  constructor(
    private readonly horizon: number,
    options: { readonly features: readonly FeaturePart[]; readonly particles: number },
    rng: Rng,
  ) {
    this.grid = earlyGrid(horizon);
    this.settings = { name: 'chain', features: options.features.join('+'), particles: options.particles, posterior: POSTERIOR, grid: this.grid };
    this.ledger = new ChainLedger(this.book, { ...options, posterior: POSTERIOR, gridOf: earlyGrid }, rng.fork('walk').int(2 ** 31));
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
    this.ledger.tell(event);
  }

  fit(when: 'due' | 'latest'): Promise<FitRecord | undefined> {
    return Promise.resolve(when === 'due' ? this.ledger.current(this.horizon) : this.ledger.latest(this.horizon));
  }

  chancesBelow(trials: readonly TrialId[], bar: number): Promise<Float64Array> {
    return Promise.resolve(this.ledger.chancesBelow(trials.map((trial) => this.record(trial)), trials.map(() => bar), this.horizon));
  }

  predict(trials: readonly TrialId[]): Promise<readonly (Prediction | null)[]> {
    const walks = this.ledger.walkAll(trials.map((trial) => this.record(trial)), this.horizon);
    return Promise.resolve(walks.map((ends) => (Number.isNaN(ends[0]) ? null : predictionOf(ends))));
  }

  private record(trial: TrialId): TrialRecord {
    const record = this.book.get(trial);
    if (record === undefined) throw new RangeError(`chain: expected a trial that was started, got ${trial}`);
    return record;
  }
}
