// A fitted set of SRMs: a mean and a distribution of its error, a number of seen epochs each. It holds what was fitted and fits only spreads.
import type { Json } from '../../core/index.js';
import type { Observation } from '../features.js';
import { type NormalScores, predictionAt } from '../normal-scores.js';
import type { FittedPredictor, Prediction, PredictorFitRequest } from '../predictor.js';
import type { SpreadModel } from '../spread/spread.js';

/** One tau. */
export interface Regression {
  /** Features of an observation. */
  row(observation: Observation): Float64Array;
  mean(row: Float64Array, observation: Observation): number;
  /** What `mean` and `errors` are in; absent = score units. */
  readonly scale?: NormalScores;
  /** Left-out, y - y^. */
  readonly errors: readonly number[];
  /** Of the features, where the kind finds it out: below `of` there are many weights that fit alike, and the shortest are taken. */
  readonly rank?: { readonly of: number; readonly is: number };
}

interface FittedRegression extends Regression {
  readonly spread: SpreadModel;
}

/** Throws RangeError where left-out errors are not finite. */
export async function fittedSrm(
  { horizon, taus }: PredictorFitRequest,
  chosen: Json,
  regressions: readonly Regression[],
  spreadAt: (tau: number, errors: readonly number[]) => Promise<SpreadModel>,
): Promise<FittedPredictor> {
  const fitted = await Promise.all(regressions.map(async (regression, i): Promise<FittedRegression> => {
    const tau = taus[i] as number;
    const broken = regression.errors.find((e) => !Number.isFinite(e));
    if (broken !== undefined) throw new RangeError(`SRM at tau ${tau}: expected finite left-out errors, got ${broken}`);
    return { ...regression, spread: await spreadAt(tau, regression.errors) };
  }));
  return new FittedSrm(horizon, taus, fitted, chosen);
}

class FittedSrm implements FittedPredictor {
  readonly summary: { readonly [key: string]: Json };

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    private readonly regressions: readonly FittedRegression[],
    readonly chosen: Json,
  ) {
    const ranks = regressions.flatMap(({ rank }) => (rank === undefined ? [] : [{ ...rank }]));
    this.summary = { sigma: regressions.map(({ spread }) => spread.sigma), ...(ranks.length === 0 ? {} : { rank: ranks }) };
  }

  async predict(observation: Observation, tau: number): Promise<Prediction> {
    const regression = this.at(tau);
    const row = regression.row(observation);
    const mean = regression.mean(row, observation);
    const spread = regression.spread.of(row);
    if (regression.scale !== undefined) return predictionAt(regression.scale, mean, spread);
    const { sigma, quantiles, below } = spread;
    const shifted = quantiles === undefined ? {} : { quantiles: quantiles.map(([p, e]) => [p, mean + e] as const) };
    return { mean, sigma, ...shifted, below: (bar) => below(bar - mean) };
  }

  private at(tau: number): FittedRegression {
    const found = this.regressions[this.taus.indexOf(tau)];
    if (found !== undefined) return found;
    throw new RangeError(`SRM: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`);
  }
}
