// What a trial is worth to a learner that expects rewards within 0..1, folded from events: the best validation accuracy of a trained network (MetaQNN),
// y^_T of a frozen one, chance of one that fails to train. Scores that are no accuracies are standardised by all that were seen.
import type { FailureKind, StoredEvent, TrialId } from '../../core/index.js';

/** `unit`: reward = offset + scale x score, and `failed` of a network that does not train: 1 / classes. */
export type RewardScale = { readonly kind: 'unit'; readonly scale: number; readonly offset: number; readonly failed: number } | { readonly kind: 'standardised' };

export function accuracyReward(classes: number): RewardScale {
  return { kind: 'unit', scale: 1, offset: 0, failed: 1 / classes };
}

/** A network that is too big for the device, or a device that was lost, says nothing about its accuracy. */
const TRAINED_BADLY: ReadonlySet<FailureKind> = new Set<FailureKind>(['diverged', 'invalid']);

export class Rewards {
  private readonly best = new Map<TrialId, number>();
  /** -infinity: failed to train. */
  private readonly scores = new Map<TrialId, number>();
  private count = 0;
  private sum = 0;
  private squares = 0;

  constructor(private readonly scale: RewardScale) {}

  /** The trial whose worth is another now; null of most events. */
  tell(event: StoredEvent): TrialId | null {
    if (event.type === 'epoch') this.best.set(event.trial, Math.max(event.value, this.best.get(event.trial) ?? -Infinity));
    if (event.type === 'value') return this.set(event.trial, event.predicted ? event.y : Math.max(event.y, this.best.get(event.trial) ?? -Infinity));
    if (event.type === 'fail' && TRAINED_BADLY.has(event.kind)) return this.set(event.trial, -Infinity);
    return null;
  }

  has(trial: TrialId): boolean {
    return this.scores.has(trial);
  }

  /** Null before a value is known. Standardised ones move as more is seen. */
  of(trial: TrialId): number | null {
    const score = this.scores.get(trial);
    return score === undefined ? null : this.rewardOf(score);
  }

  private set(trial: TrialId, score: number): TrialId {
    this.tally(this.scores.get(trial), -1);
    this.tally(score, 1);
    this.scores.set(trial, score);
    return trial;
  }

  private tally(score: number | undefined, sign: 1 | -1): void {
    if (score === undefined || score === -Infinity) return;
    this.count += sign;
    this.sum += sign * score;
    this.squares += sign * score * score;
  }

  private rewardOf(score: number): number {
    const { scale } = this;
    if (scale.kind === 'unit') return score === -Infinity ? scale.failed : scale.offset + scale.scale * score;
    if (score === -Infinity) return 0;
    const mean = this.sum / this.count;
    const deviation = Math.sqrt(Math.max(0, this.squares / this.count - mean * mean));
    // The logistic function of the standard score: the average is worth one half, which is what Q-learning begins with.
    return deviation > 0 ? 1 / (1 + Math.exp((mean - score) / deviation)) : 0.5;
  }
}
