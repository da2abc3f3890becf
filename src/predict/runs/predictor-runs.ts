// Any predictor of final scores as a RunModel: one model a number of seen epochs, fitted on the runs that reached the horizon, as the srm rule does.
import type { FitRecord, Rng, StoredEvent, TrialId } from '../../core/index.js';
import { chainGrid } from '../chain/grid.js';
import type { CurvePredictor, Prediction } from '../predictor.js';
import { FitLedger, type FitSchedule } from '../rules/fit-ledger.js';
import { observe, TrialBook } from '../rules/trial-book.js';
import type { RunModel } from './run-model.js';

export class PredictorRunModel implements RunModel {
  readonly by = 'runs';
  readonly settings: RunModel['settings'];
  readonly grid: readonly number[];
  private readonly book = new TrialBook();
  private readonly ledger: FitLedger;

  constructor(private readonly horizon: number, predictor: CurvePredictor, schedule: FitSchedule, rng: Rng) {
    this.grid = chainGrid(horizon);
    this.settings = { ...predictor.settings, ...schedule };
    this.ledger = new FitLedger(this.by, predictor, schedule, this.book, rng);
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
    this.ledger.tell(event);
  }

  async fit(when: 'due' | 'latest'): Promise<FitRecord | undefined> {
    return (await this.ledger.current(this.horizon, when)).record;
  }

  async chancesBelow(trials: readonly TrialId[], bar: number): Promise<Float64Array> {
    return Float64Array.from(await this.predict(trials), (prediction) => prediction?.below(bar) ?? NaN);
  }

  async predict(trials: readonly TrialId[]): Promise<readonly (Prediction | null)[]> {
    const { model } = await this.ledger.current(this.horizon, 'recorded');
    const found: (Prediction | null)[] = [];
    for (const trial of trials) {
      const record = this.book.get(trial);
      found.push(model === undefined || record === undefined || record.epoch === 0 || record.epoch >= this.horizon ? null : await model.predict(observe(record), record.epoch));
    }
    return found;
  }
}
