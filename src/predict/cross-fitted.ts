// A predictor that never reads a run by a model that saw the run's own configuration: configurations fall into folds by their numbers, each fold is
// read by a model fitted on the others. For recorded sets whose rows come back, where a model would know them by heart; it costs a fit a fold.
import { hashOf, type Json } from '../core/index.js';
import type { Observation } from './features.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest } from './predictor.js';

export class CrossFittedPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];

  constructor(private readonly inner: CurvePredictor, private readonly folds: number) {
    this.settings = { ...inner.settings, folds };
  }

  async fit(request: PredictorFitRequest): Promise<FittedPredictor> {
    const { chosen, ...rest } = request;
    const kept = Array.isArray(chosen) ? (chosen as readonly Json[]) : [];
    const models: FittedPredictor[] = [];
    for (let fold = 0; fold < this.folds; fold++) {
      const rows = request.rows.filter((row) => this.foldOf(row) !== fold);
      models.push(await this.inner.fit({ ...rest, rows, rng: request.rng.fork('fold', fold), ...(kept[fold] === undefined ? {} : { chosen: kept[fold] }) }));
    }
    return new CrossFitted(models, (observation) => models[this.foldOf(observation)] as FittedPredictor);
  }

  private foldOf({ ap, hp }: Observation): number {
    return Number.parseInt(hashOf({ ap, hp }).slice(0, 8), 16) % this.folds;
  }
}

class CrossFitted implements FittedPredictor {
  readonly horizon: number;
  readonly taus: readonly number[];
  readonly chosen: Json;
  readonly summary: { readonly [key: string]: Json };

  constructor(models: readonly FittedPredictor[], private readonly modelFor: (observation: Observation) => FittedPredictor) {
    const [first] = models as readonly [FittedPredictor];
    this.horizon = first.horizon;
    this.taus = first.taus;
    this.chosen = models.map(({ chosen }) => chosen);
    this.summary = first.summary;
  }

  predict(observation: Observation, tau: number): Promise<Prediction> {
    return this.modelFor(observation).predict(observation, tau);
  }
}
