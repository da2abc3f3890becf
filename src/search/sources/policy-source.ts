// A learner over decisions as a source: draws paths by its policy until one is new, and tells it what each was worth. Which path a trial took is read
// off its candidate, so a learner also learns from what people enqueue. How choices are made and learnt from is the policy's.
import { numbersIn, type Candidate, type FitRecord, type Rng, type StoredEvent, type TrialId } from '../../core/index.js';
import type { Offer, Source } from '../source.js';
import { keyOf, walk, type Decisions, type Path } from './decisions.js';
import { Explored } from './explored.js';
import { Rewards, type RewardScale } from './rewards.js';

/** Promises: `choose` changes nothing; what is drawn comes from the generators handed in. */
export interface Policy {
  readonly settings: Source['settings'];
  choose(trial: TrialId, path: Path, actions: readonly string[], rng: Rng): string;
  /** The trial has a value, its first or (`before`) another one. `rewards` knows those of all. */
  learn(of: { readonly trial: TrialId; readonly path: Path; readonly before: number | null }, rewards: Rewards, rng: Rng): void;
  /** The policy drew this trial's path once more: nothing was trained. */
  again?(trial: TrialId, rewards: Rewards, rng: Rng): void;
}

/** So many paths are drawn by the policy alone; after that only choices that lead to something new are offered. */
const FREE_DRAWS = 100;

export function policySource(decisions: Decisions, policy: Policy, scale: RewardScale, rng: Rng): Source {
  return new PolicySource(decisions, policy, new Rewards(scale), rng);
}

class PolicySource implements Source {
  readonly settings: Source['settings'];
  private readonly explored: Explored;
  private readonly paths = new Map<TrialId, Path>();
  private readonly trialOf = new Map<string, TrialId>();
  /** Rewards as they were last learnt from. */
  private readonly learnt = new Map<TrialId, number>();
  private offer: { readonly trial: TrialId; readonly offer: Offer | null } | null = null;

  constructor(
    private readonly decisions: Decisions,
    private readonly policy: Policy,
    private readonly rewards: Rewards,
    private readonly rng: Rng,
  ) {
    this.settings = policy.settings;
    this.explored = new Explored(decisions);
  }

  tell(event: StoredEvent): void {
    if (event.type !== 'epoch') this.offer = null;
    if (event.type === 'start') this.begin(event.trial, this.decisions.pathOf(event.candidate));
    if (event.type === 'fit' && event.record.by === this.settings.name) this.repeat(event.record);
    const trial = this.rewards.tell(event);
    const path = trial === null ? undefined : this.paths.get(trial);
    if (trial !== null && path !== undefined) this.learn(trial, path);
  }

  next(trial: TrialId): Promise<Offer | null> {
    if (this.offer?.trial !== trial) this.offer = { trial, offer: this.draw(trial) };
    return Promise.resolve(this.offer.offer);
  }

  private draw(trial: TrialId): Offer | null {
    const repeats: TrialId[] = [];
    for (let i = 0; i < FREE_DRAWS && !this.explored.has([]); i++) {
      const end = this.endOf(this.drawn(trial, i));
      if (end === null) continue;
      if (!this.explored.has(end.own)) return this.offerOf(trial, end.candidate, repeats);
      const earlier = this.trialOf.get(keyOf(end.own));
      // One that is still being trained has no reward to learn from.
      if (earlier !== undefined && this.rewards.has(earlier)) repeats.push(earlier);
    }
    return this.drawOpen(trial, repeats);
  }

  /** Among choices that lead to something new. Ends that turn out to be nothing new are closed for this draw alone: they are in no event. */
  private drawOpen(trial: TrialId, repeats: readonly TrialId[]): Offer | null {
    const closed = new Explored(this.decisions, this.explored);
    for (let i = FREE_DRAWS; !closed.has([]); i++) {
      const path = this.drawn(trial, i, (before) => closed.open(before));
      const end = this.endOf(path);
      if (end !== null && !this.explored.has(end.own)) return this.offerOf(trial, end.candidate, repeats);
      closed.add(path);
    }
    return null;
  }

  private drawn(trial: TrialId, i: number, offered?: (path: Path) => readonly string[]): Path {
    const rng = this.rng.fork('trial', trial, i);
    return walk(this.decisions, (path, actions) => this.policy.choose(trial, path, actions, rng), offered);
  }

  /** `own`: the one path of all that lead to the candidate by which it is known. */
  private endOf(path: Path): { readonly candidate: Candidate; readonly own: Path } | null {
    const candidate = this.decisions.candidate(path);
    const own = candidate === null ? null : this.decisions.pathOf(candidate);
    return candidate === null || own === null ? null : { candidate, own };
  }

  private offerOf(trial: TrialId, candidate: Candidate, repeats: readonly TrialId[]): Offer {
    if (this.policy.again === undefined || repeats.length === 0) return { candidate };
    return { candidate, record: { by: this.settings.name, trial, repeats } };
  }

  private begin(trial: TrialId, path: Path | null): void {
    if (path === null) return;
    this.paths.set(trial, path);
    if (!this.trialOf.has(keyOf(path))) this.trialOf.set(keyOf(path), trial);
    this.explored.add(path);
  }

  private learn(trial: TrialId, path: Path): void {
    const before = this.learnt.get(trial) ?? null;
    this.policy.learn({ trial, path, before }, this.rewards, this.rng.fork('learn', trial));
    this.learnt.set(trial, this.rewards.of(trial) ?? 0);
  }

  private repeat({ trial: at, repeats }: FitRecord): void {
    numbersIn(repeats).forEach((trial, i) => this.policy.again?.(trial, this.rewards, this.rng.fork('again', Number(at), i)));
  }
}
