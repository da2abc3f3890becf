// The Pareto front of a study: trials that no other beats in both score and a second number, of which less is better. It chooses none of them.
import { costOf, UsageError, type TrialId } from '../core/index.js';
import type { StudyState, TrialState } from './state.js';

export interface ParetoPoint {
  readonly trial: TrialId;
  readonly y: number;
  readonly cost: number;
  /** Of a frozen trial: y is y^_T. */
  readonly predicted: boolean;
}

/**
 * Fully trained trials that none of them dominates, and frozen ones that would stand beside them if they ended as predicted; a prediction never
 * drives a trained trial away. The cheapest first. `by`: see `costOf`. Throws UsageError where no trial has such a number.
 */
export function paretoFront(state: StudyState, by: string): readonly ParetoPoint[] {
  const known = state.trials.filter(({ status, value }) => (status === 'finished' || status === 'frozen') && value?.at === state.header?.epochs);
  const points = known.flatMap((trial) => pointOf(trial, by));
  if (points.length === 0 && known.length > 0) throw new UsageError(`pareto: expected a number that trials have (${namesOf(known).join(', ')}), got ${by}`);
  const trained = undominated(points.filter(({ predicted }) => !predicted));
  const predicted = undominated(points.filter((point) => point.predicted)).filter(({ y, cost }) => !trained.some((other) => other.cost <= cost && other.y >= y));
  return [...trained, ...predicted].sort(byCost);
}

function pointOf({ id: trial, candidate, seconds, charged: epochs, metrics, value }: TrialState, by: string): readonly ParetoPoint[] {
  const cost = costOf({ candidate, seconds, epochs, metrics }, by);
  return cost === null || value === null ? [] : [{ trial, y: value.y, cost, predicted: value.predicted }];
}

/** Of equals the earlier. */
function undominated(points: readonly ParetoPoint[]): ParetoPoint[] {
  let best = -Infinity;
  return [...points].sort(byCost).filter(({ y }) => {
    const better = y > best;
    best = Math.max(best, y);
    return better;
  });
}

function byCost(a: ParetoPoint, b: ParetoPoint): number {
  return a.cost - b.cost || b.y - a.y || a.trial - b.trial;
}

function namesOf(trials: readonly TrialState[]): string[] {
  const named = trials.flatMap(({ candidate, metrics }) => [...Object.keys(candidate.ap), ...Object.keys(candidate.hp), ...Object.keys(metrics ?? {})]);
  return [...new Set(['seconds', ...(trials.some(({ candidate }) => candidate.architecture !== null) ? ['weights'] : []), ...named])];
}
