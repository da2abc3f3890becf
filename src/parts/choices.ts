// Spaces that can be chosen a step at a time, for learners that do so, and what a score is worth to them.
import { UsageError, type Space } from '../core/index.js';
import { accuracyReward, cellDecisions, chainDecisions, ChainSpace, MetaqnnNetSpace, metaqnnDecisions, NasBench201Space, type Decisions, type RewardScale } from '../search/index.js';

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
  if (space instanceof ChainSpace) return chainDecisions(space);
  throw new UsageError(`--space ${space.name}: expected one that is chosen a step at a time (chain, metaqnn, nasbench201) for q-learning and reinforce, got another; evolution and local take any`);
}
