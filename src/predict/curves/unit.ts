// Scores as numbers in 0..1 and back, for models whose families and priors know nothing else. A set's metric says how; without one, scores are in it as they are.
import { fromUnit, toUnit, type CurveMetric } from '../../data/index.js';
import type { DrawnPrediction } from '../draws.js';
import type { Prediction } from '../predictor.js';

export interface UnitInterval {
  to(score: number): number;
  from(unit: number): number;
}

const AS_IT_IS: UnitInterval = { to: (score) => score, from: (unit) => unit };

/** Just inside the interval: at its very ends a logarithmic score is infinite. */
const EDGE = 1e-9;

export function unitInterval(metric: CurveMetric | undefined): UnitInterval {
  if (metric === undefined) return AS_IT_IS;
  return { to: (score) => toUnit(metric, score), from: (unit) => fromUnit(metric, Math.min(1 - EDGE, Math.max(EDGE, unit))) };
}

/** A prediction of the unit interval in scores; sigma: half of what lies one deviation either side. */
export function inScores({ mean, sigma, quantiles, below }: DrawnPrediction, unit: UnitInterval): Prediction {
  return {
    mean: unit.from(mean),
    sigma: Math.abs(unit.from(mean + sigma) - unit.from(mean - sigma)) / 2,
    quantiles: quantiles.map(([share, y]) => [share, unit.from(y)] as const),
    below: (bar) => below(unit.to(bar)),
  };
}
