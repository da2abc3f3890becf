// Spaces and recorded sets that can be chosen a step at a time, for learners that do so, and what a score is worth to them.
import { UsageError, type Space } from '../../core/index.js';
import type { CurveMetric } from '../../data/index.js';
import type { Recording } from '../../experiments/index.js';
import { accuracyReward, cellDecisions, MetaqnnNetSpace, metaqnnDecisions, NasBench201Space, recordedDecisions, type Decisions, type RewardScale } from '../../search/index.js';

export interface Choices {
  readonly decisions: Decisions;
  readonly reward: RewardScale;
}

/** `accuracy`: whether scores are accuracies. */
export function spaceChoices(space: Space, accuracy: boolean): Choices {
  const { classes } = space.settings;
  return { decisions: decisionsOf(space), reward: accuracy && typeof classes === 'number' ? accuracyReward(classes) : { kind: 'standardised' } };
}

function decisionsOf(space: Space): Decisions {
  if (space instanceof MetaqnnNetSpace) return metaqnnDecisions(space.rules, space);
  if (space instanceof NasBench201Space) return cellDecisions(space);
  throw new UsageError(`--space ${space.name}: expected one that is chosen a step at a time (metaqnn, nasbench201) for q-learning and reinforce, got another; evolution and local take any`);
}

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
