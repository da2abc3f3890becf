// Runs that wait in freeze-thaw and what is to be expected of each by the fit and the bar of the moment: who goes on next, and how many better ones they hold in
// all. Told of changes one at a time, so that an ask does not cost a look at everybody. It predicts nothing itself.
import type { TrialId } from '../../core/index.js';
import { placeIn } from './place-in.js';

export interface Outlook {
  /** Where it stands. */
  readonly epoch: number;
  /** p(y_T <= bar); 0 where nothing can be said: it goes on. */
  readonly below: number;
  /** The live one with the largest goes first; null = not live. */
  readonly upper: number | null;
}

interface Live {
  readonly trial: TrialId;
  readonly upper: number;
}

/** The sum over a hundred thousand runs is kept to a millionth as one after another changes; where that could decide, it is added up afresh. */
const CLOSE = 1e-3;

/** Runs that are predicted at once: of each the chain keeps its walks while it is looked at, 2.4 KB. */
export const GROUP = 256;

export function grouped<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / GROUP) }, (_, i) => items.slice(i * GROUP, (i + 1) * GROUP));
}

export class Waiting {
  private readonly outlooks = new Map<TrialId, Outlook>();
  /** In the order in which they began to wait. */
  private readonly trials = new Set<TrialId>();
  private readonly stale = new Set<TrialId>();
  /** The best first. */
  private live: Live[] = [];
  private better = 0;

  get size(): number {
    return this.trials.size;
  }

  add(trial: TrialId): void {
    if (this.trials.has(trial)) return;
    this.trials.add(trial);
    this.stale.add(trial);
  }

  remove(trial: TrialId): void {
    this.trials.delete(trial);
    this.stale.delete(trial);
    const outlook = this.outlooks.get(trial);
    if (outlook === undefined) return;
    this.outlooks.delete(trial);
    this.better -= 1 - outlook.below;
    if (outlook.upper !== null) this.live.splice(placeIn(this.live, { trial, upper: outlook.upper }, before), 1);
  }

  has(trial: TrialId): boolean {
    return this.trials.has(trial);
  }

  /** In the order in which they began to wait. */
  all(): Iterable<TrialId> {
    return this.trials;
  }

  first(most: number): TrialId[] {
    const found: TrialId[] = [];
    for (const trial of this.trials) if (found.push(trial) === most) break;
    return found;
  }

  /** Another fit, or another bar: nothing that was expected holds. */
  forget(): void {
    this.outlooks.clear();
    this.live = [];
    this.better = 0;
    for (const trial of this.trials) this.stale.add(trial);
  }

  /** Those of which nothing is known by the fit and the bar of the moment. */
  unknown(): TrialId[] {
    return [...this.stale];
  }

  /** Of those that were unknown. */
  learn(found: readonly (Outlook & { readonly trial: TrialId })[]): void {
    const added: Live[] = [];
    for (const { trial, ...outlook } of found) {
      this.stale.delete(trial);
      this.outlooks.set(trial, outlook);
      this.better += 1 - outlook.below;
      if (outlook.upper !== null) added.push({ trial, upper: outlook.upper });
    }
    if (added.length > this.live.length / 8) this.live = [...this.live, ...added].sort(before);
    else for (const each of added) this.live.splice(placeIn(this.live, each, before), 0, each);
  }

  /** The live run that goes on next. */
  next(): { readonly trial: TrialId; readonly epoch: number } | undefined {
    const trial = this.live[0]?.trial;
    const outlook = trial === undefined ? undefined : this.outlooks.get(trial);
    return trial === undefined || outlook === undefined ? undefined : { trial, epoch: outlook.epoch };
  }

  /** Whether all that wait are together expected to hold at most so many that end above the bar. */
  holdsAtMost(bound: number): boolean {
    if (Math.abs(this.better - bound) > CLOSE) return this.better <= bound;
    let better = 0;
    for (const trial of this.trials) better += 1 - (this.outlooks.get(trial)?.below ?? 0);
    return better <= bound;
  }
}

/** The larger upper quantile first; of equals the earlier trial. */
function before(a: Live, b: Live): number {
  return a.upper === b.upper ? a.trial - b.trial : a.upper > b.upper ? -1 : 1;
}
