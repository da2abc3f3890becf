// What a pass over a text adds up to.
import { TrialError } from '../../core/index.js';
import type { LossStats } from '../../ops/index.js';

export interface TextStats {
  /** Mean cross-entropy a token, in nats. */
  readonly loss: number;
  /** exp(loss): the number of equally likely tokens that would be as hard to guess. */
  readonly perplexity: number;
  /** Share of the tokens that were the model's first guess. */
  readonly accuracy: number;
  /** Predictions made. */
  readonly tokens: number;
}

export function textStats({ loss, accuracy, rows }: LossStats): TextStats {
  return { loss, perplexity: Math.exp(loss), accuracy, tokens: rows };
}

/** @throws TrialError 'diverged' where a loss is not finite */
export function requireFiniteLoss(epoch: number, what: string, { loss, broken }: LossStats): void {
  if (Number.isFinite(loss) && broken === 0) return;
  throw new TrialError('diverged', `epoch ${epoch}: expected a finite ${what} loss, got ${loss} (${broken} places with a logit that is not finite); lower the learning rate or clip_norm`);
}
