// Scores as numbers in 0..1 and back, for models whose families and priors know nothing else. A set's metric says how; without one, scores are in it as they are.
import { fromUnit, toUnit, type CurveMetric } from '../../data/index.js';

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
