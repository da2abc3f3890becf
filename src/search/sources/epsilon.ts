// MetaQNN's schedule of exploration (Baker et al. 2017, table 2): epsilon and how many new networks are drawn at it, 2,700 in all; a search of
// another length goes through it in proportion.
import type { TrialId } from '../../core/index.js';

export const EPSILON_SCHEDULE: readonly (readonly [epsilon: number, networks: number])[] = [
  [1, 1500], [0.9, 100], [0.8, 100], [0.7, 100], [0.6, 150], [0.5, 150], [0.4, 150], [0.3, 150], [0.2, 150], [0.1, 150],
];

const NETWORKS = EPSILON_SCHEDULE.reduce((sum, [, networks]) => sum + networks, 0);

/** Of the trial with that number in a search of so many; the last one's after it. */
export function epsilonAt(trial: TrialId, trials: number): number {
  let left = ((trial + 0.5) / trials) * NETWORKS;
  for (const [epsilon, networks] of EPSILON_SCHEDULE) {
    left -= networks;
    if (left < 0) return epsilon;
  }
  return EPSILON_SCHEDULE.at(-1)?.[0] ?? 0;
}
