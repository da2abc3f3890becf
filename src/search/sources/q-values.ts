// One-step Q-learning with MetaQNN's numbers (Baker et al., ICLR 2017): Q by state and choice, updates along a trajectory from its last transition to its
// first, the reward at the last alone. Which trajectories are replayed and how paths are drawn is not its business.
import type { Decisions, Path } from './decisions.js';

const ALPHA = 0.01;
const GAMMA = 1;
const Q0 = 0.5;

interface Value {
  q: number;
}

/** The last transition first. */
export type Trajectory = readonly { readonly taken: Value; /** Of the choices after it; none at the end. */ readonly after: readonly Value[] }[];

export class QValues {
  private readonly values = new Map<string, Value>();

  constructor(private readonly decisions: Decisions) {}

  of(path: Path, action: string): number {
    return this.values.get(this.keyOf(path, action))?.q ?? Q0;
  }

  trajectory(path: Path): Trajectory {
    const after = (end: number): Value[] => this.decisions.actions(path.slice(0, end)).map((action) => this.entry(path.slice(0, end), action));
    return path.map((action, i) => ({ taken: this.entry(path.slice(0, i), action), after: after(i + 1) })).reverse();
  }

  /** Q(s, a) += alpha (r + gamma max Q(s', a') - Q(s, a)). */
  update(trajectory: Trajectory, reward: number): void {
    for (const { taken, after } of trajectory) {
      const target = after.length === 0 ? reward : GAMMA * after.reduce((most, { q }) => Math.max(most, q), -Infinity);
      taken.q += ALPHA * (target - taken.q);
    }
  }

  private entry(path: Path, action: string): Value {
    const key = this.keyOf(path, action);
    const known = this.values.get(key) ?? { q: Q0 };
    this.values.set(key, known);
    return known;
  }

  private keyOf(path: Path, action: string): string {
    return `${this.decisions.state(path)} > ${action}`;
  }
}
