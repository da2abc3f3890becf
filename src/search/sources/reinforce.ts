// A small policy-gradient controller (REINFORCE, Williams 1992; for architectures Zoph and Le 2017): a table of logits a state, softmax over the choices
// offered, a moving average of rewards as the baseline, their moving deviation as the unit, and an entropy bonus. No network: states are few, and rewards are dear.
import { UsageError, type Rng, type TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import type { Decisions, Path } from './decisions.js';
import { policySource, type Policy } from './policy-source.js';
import type { Rewards, RewardScale } from './rewards.js';

export interface ReinforceOptions {
  readonly rate: number;
  /** Share of the moving averages that a new reward leaves. */
  readonly decay: number;
  readonly entropy: number;
  readonly reward: RewardScale;
}

/** On the authors' MetaQNN networks and NAS-Bench-201 rates of .5 and 1 do alike, .1 learns too slowly for a few hundred trials. */
export const reinforceDefaults = { rate: 0.5, decay: 0.9, entropy: 0.01 } as const;

export function reinforceSource(decisions: Decisions, options: ReinforceOptions, rng: Rng): Source {
  const { rate, decay, entropy } = options;
  if (!(rate > 0 && entropy >= 0 && decay >= 0 && decay < 1)) {
    throw new UsageError(`reinforce: expected a rate above 0, an entropy bonus from 0 and a decay from 0 to below 1, got ${rate}, ${entropy}, ${decay}`);
  }
  return policySource(decisions, new SoftmaxPolicy(decisions, options), options.reward, rng);
}

class SoftmaxPolicy implements Policy {
  readonly settings: Source['settings'];
  /** By state, then choice; 0 where there is none. */
  private readonly logits = new Map<string, Map<string, number>>();
  private baseline: number | null = null;
  private variance: number | null = null;

  constructor(
    private readonly decisions: Decisions,
    private readonly options: ReinforceOptions,
  ) {
    this.settings = { name: 'reinforce', ...options, reward: { ...options.reward } };
  }

  choose(_trial: TrialId, path: Path, actions: readonly string[], rng: Rng): string {
    const chances = softmax(this.logitsOf(path, actions));
    let left = rng.next();
    for (const [i, action] of actions.entries()) {
      left -= chances[i] ?? 0;
      if (left < 0) return action;
    }
    return actions.at(-1) ?? '';
  }

  /** A value that replaces an earlier one moves the policy by the difference. */
  learn({ trial, path, before }: Parameters<Policy['learn']>[0], rewards: Rewards): void {
    const reward = rewards.of(trial) ?? 0;
    const difference = reward - (before ?? this.baseline ?? reward);
    if (before === null) this.average(reward, difference);
    const advantage = this.variance === null || this.variance === 0 ? 0 : difference / Math.sqrt(this.variance);
    for (const [i, action] of path.entries()) this.move(path.slice(0, i), action, advantage, before === null ? this.options.entropy : 0);
  }

  /** The second reward is the first that says how far rewards lie apart. */
  private average(reward: number, difference: number): void {
    const { decay } = this.options;
    if (this.baseline !== null) this.variance = this.variance === null ? difference ** 2 : decay * this.variance + (1 - decay) * difference ** 2;
    this.baseline = this.baseline === null ? reward : decay * this.baseline + (1 - decay) * reward;
  }

  /** Ascends advantage log pi(action) + entropy H(pi): d/dl = advantage (1[action] - p) - entropy p (log p + H). */
  private move(path: Path, taken: string, advantage: number, bonus: number): void {
    const actions = this.decisions.actions(path);
    const before = this.logitsOf(path, actions);
    const chances = softmax(before);
    const entropy = -chances.reduce((sum, p) => sum + p * logOf(p), 0);
    const state = this.decisions.state(path);
    const logits = this.logits.get(state) ?? new Map<string, number>();
    this.logits.set(state, logits);
    for (const [i, action] of actions.entries()) {
      const p = chances[i] ?? 0;
      const gradient = advantage * ((action === taken ? 1 : 0) - p) - bonus * p * (logOf(p) + entropy);
      logits.set(action, (before[i] ?? 0) + this.options.rate * gradient);
    }
  }

  private logitsOf(path: Path, actions: readonly string[]): number[] {
    const logits = this.logits.get(this.decisions.state(path));
    return actions.map((action) => logits?.get(action) ?? 0);
  }
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** p log p tends to 0 with p. */
function logOf(p: number): number {
  return p > 0 ? Math.log(p) : 0;
}
