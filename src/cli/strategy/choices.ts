// Recorded sets as choices a step at a time, for learners that do so, and what a score of theirs is worth.
import type { CurveMetric } from '../../data/index.js';
import type { Recording } from '../../experiments/index.js';
import type { Choices } from '../../parts/index.js';
import { recordedDecisions, type RewardScale } from '../../search/index.js';

/** MetaQNN's sets are of images of 32 x 32 pixels in 10 classes. */
const SIZE = 32;
const CLASSES = 10;

export function recordedChoices({ pool, rowOf, set }: Recording): Choices {
  const networks = pool.map((candidate) => ({ candidate, architecture: rowOf(candidate).architecture }));
  return { decisions: recordedDecisions(networks, { size: SIZE }), reward: rewardOf(set.metric) };
}

/** Accuracies, errors and percentages of them are rewards as they are; what has another range, or is a logarithm, is standardised. */
function rewardOf({ direction, transform, unit }: CurveMetric): RewardScale {
  const known = transform === 'none' && [1, 0.01].includes(Math.abs(unit.scale));
  if (!known) return { kind: 'standardised' };
  return { kind: 'unit', scale: direction === 'minimise' ? -unit.scale : unit.scale, offset: unit.offset, failed: 1 / CLASSES };
}
