// MetaQNN's search (Baker et al., "Designing neural network architectures using reinforcement learning", ICLR 2017, algorithms 1 to 3): epsilon-greedy
// paths, Q-learning on trajectories drawn from a replay memory after each trained network. A path drawn again is not trained: it enters the memory once
// more and triggers the updates; those of several repeats before one new network act together, with its start. A frozen network's reward is y^_T.
import { UsageError, type Rng, type TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import { pickLargest, type Decisions, type Path } from './decisions.js';
import { epsilonAt } from './epsilon.js';
import { policySource, type Policy } from './policy-source.js';
import { QValues, type Trajectory } from './q-values.js';
import type { Rewards, RewardScale } from './rewards.js';

export interface QLearningOptions {
  /** Networks over which the schedule of epsilon runs: those of the search. */
  readonly trials: number;
  /** Trajectories replayed for each drawn network: 100 in the paper, 128 in its code. */
  readonly replay: number;
  readonly reward: RewardScale;
}

export function qLearningSource(decisions: Decisions, options: QLearningOptions, rng: Rng): Source {
  const bad = (['trials', 'replay'] as const).find((name) => !Number.isInteger(options[name]) || options[name] < 1);
  if (bad !== undefined) throw new UsageError(`q-learning: expected ${bad} to be a whole number from 1, got ${options[bad]}`);
  return policySource(decisions, new QPolicy(decisions, options), options.reward, rng);
}

interface Remembered {
  readonly trial: TrialId;
  readonly trajectory: Trajectory;
}

class QPolicy implements Policy {
  readonly settings: Source['settings'];
  private readonly values: QValues;
  private readonly memory: Remembered[] = [];
  private readonly firsts = new Map<TrialId, Remembered>();

  constructor(
    decisions: Decisions,
    private readonly options: QLearningOptions,
  ) {
    this.settings = { name: 'q-learning', scheduled: options.trials, replay: options.replay, reward: { ...options.reward } };
    this.values = new QValues(decisions);
  }

  choose(trial: TrialId, path: Path, actions: readonly string[], rng: Rng): string {
    if (rng.next() < epsilonAt(trial, this.options.trials)) return rng.pick(actions);
    return pickLargest(actions, (action) => this.values.of(path, action), rng);
  }

  /** A later value needs no step of its own: `rewards` is asked whenever the trajectory is replayed. */
  learn({ trial, path, before }: Parameters<Policy['learn']>[0], rewards: Rewards, rng: Rng): void {
    if (before !== null) return;
    const remembered = { trial, trajectory: this.values.trajectory(path) };
    this.firsts.set(trial, remembered);
    this.remember(remembered, rewards, rng);
  }

  again(trial: TrialId, rewards: Rewards, rng: Rng): void {
    const remembered = this.firsts.get(trial);
    if (remembered !== undefined) this.remember(remembered, rewards, rng);
  }

  private remember(remembered: Remembered, rewards: Rewards, rng: Rng): void {
    this.memory.push(remembered);
    for (let i = 0; i < this.options.replay; i++) {
      const { trial, trajectory } = rng.pick(this.memory);
      this.values.update(trajectory, rewards.of(trial) ?? 0);
    }
  }
}
