// Any predictor of final scores as a surrogate: a curve of one epoch, of which no point is seen (tau 0). For kinds that say how sure they are; predictors
// with weights go on from an earlier fit where the search hands one in, the others choose anew.
import { UsageError, type Json } from '../../core/index.js';
import type { Observation } from '../features.js';
import { type CurvePredictor, type FittedPredictor, predictMany } from '../predictor.js';
import type { FittedSurrogate, Surrogate, SurrogateFitRequest, SurrogateScores } from './surrogate.js';

export class PredictorSurrogate implements Surrogate {
  readonly settings: Surrogate['settings'];
  readonly goesOn = true;

  constructor(private readonly predictor: CurvePredictor) {
    this.settings = predictor.settings;
  }

  async fit({ rows, rng, chosen, from }: SurrogateFitRequest): Promise<FittedSurrogate> {
    const training = rows.map(({ y, ...row }, trial) => ({ ...row, trial, curve: [y] }));
    const before = from instanceof FittedAtZero ? { from: from.predictor } : {};
    return new FittedAtZero(await this.predictor.fit({ rows: training, horizon: 1, taus: [0], rng, ...(chosen === undefined ? {} : { chosen }), ...before }), this.settings.name);
  }
}

class FittedAtZero implements FittedSurrogate {
  readonly chosen: Json;

  constructor(readonly predictor: FittedPredictor, private readonly name: string) {
    this.chosen = predictor.chosen;
  }

  async predict(observations: readonly Observation[]): Promise<SurrogateScores> {
    const found = await predictMany(this.predictor, observations, 0);
    const sigma = Float64Array.from(found, (prediction) => prediction.sigma ?? this.noSigma());
    return { mean: Float64Array.from(found, ({ mean }) => mean), sigma };
  }

  private noSigma(): never {
    throw new UsageError(`surrogate ${this.name}: expected a predictor that gives a sigma, got one that gives none; take gcn or mlp`);
  }
}
