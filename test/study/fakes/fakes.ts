// Small deterministic stand-ins for the rooms that study never sees: strategies, a rule that freezes, fits, reviews and thaws, and a
// runner whose state survives only through its snapshots. All are folded from events or bytes alone, as the contracts ask.
import { createRng, type Candidate, type FitRecord, type Proposal, type Runner, type Stakes, type StoppingRule, type StoredEvent, type Strategy, type Task } from '../../../src/core/index.js';
import { createFold, type StudyState } from '../../../src/study/index.js';

export function candidateOf(quality: number, extra: { readonly [name: string]: number } = {}): Candidate {
  return { architecture: null, ap: {}, hp: { quality, ...extra } };
}

/** Rises towards `quality`, with noise that depends on (seed, epoch) alone. */
export function scoreOf(candidate: Candidate, epoch: number): number {
  const quality = candidate.hp['quality'] ?? 0;
  const noise = createRng(`score/${quality}/${epoch}`).normal() * (candidate.hp['noise'] ?? 0.01);
  return quality * (1 - Math.exp(-epoch / (candidate.hp['slow'] ?? 3))) + noise;
}

/** Shared by the fakes: the study's own fold, told the same events. */
abstract class Folded {
  private readonly fold = createFold();

  protected get state(): StudyState {
    return this.fold.state;
  }

  tell(event: StoredEvent): void {
    this.fold.apply(event);
  }
}

/** Starts `count` random candidates, each up to T; measures them against the best. */
export class RandomStrategy extends Folded implements Strategy {
  readonly settings;

  constructor(
    private readonly count: number,
    private readonly epochs: number,
    private readonly seed = 1,
  ) {
    super();
    this.settings = { name: 'random', count };
  }

  ask(): Promise<Proposal & { record?: FitRecord }> {
    const next = this.state.trials.length;
    if (next >= this.count) return Promise.resolve({ action: 'done' });
    const rng = createRng(this.seed).fork('trial', next);
    const candidate = candidateOf(rng.uniform(0.2, 0.9), { noise: 0.02, slow: rng.uniform(1, 5) });
    return Promise.resolve({ action: 'start', candidate, until: this.epochs });
  }

  stakes(): Stakes | null {
    return { horizon: this.epochs, bar: this.state.best?.y ?? null };
  }
}

/** One rung: all up to `rung`, then the best `keep` up to T, then freezes the rest as paused losers. */
export class RungStrategy extends Folded implements Strategy {
  readonly settings;

  constructor(
    private readonly count: number,
    private readonly rung: number,
    private readonly keep: number,
    private readonly epochs: number,
  ) {
    super();
    this.settings = { name: 'rung', count, rung, keep };
  }

  ask(): Promise<Proposal & { record?: FitRecord }> {
    return Promise.resolve(this.propose());
  }

  stakes(): Stakes | null {
    return this.state.best === null ? null : { horizon: this.epochs, bar: this.state.best.y };
  }

  private propose(): Proposal & { record?: FitRecord } {
    const { trials, running } = this.state;
    if (trials.length < this.count) {
      const rng = createRng('rung').fork(trials.length);
      return { action: 'start', candidate: candidateOf(rng.uniform(0.2, 0.9)), until: this.rung };
    }
    if (trials.some((t) => t.until === this.rung && t.status === 'running')) return { action: 'wait' };
    const ranked = [...trials].sort((a, b) => (b.curve[this.rung - 1] ?? -1) - (a.curve[this.rung - 1] ?? -1));
    const winner = ranked.slice(0, this.keep).find((t) => t.status === 'paused');
    if (winner !== undefined) return { action: 'resume', trial: winner.id, until: this.epochs, record: { by: 'rung', winner: winner.id } };
    const loser = trials.find((t) => t.status === 'paused');
    if (loser === undefined) return running.size > 0 ? { action: 'wait' } : { action: 'done' };
    const value = { y: loser.curve.at(-1) ?? 0, at: loser.epoch };
    return { action: 'freeze', trial: loser.id, verdict: { action: 'freeze', reason: 'not among the best', value } };
  }
}

/**
 * Predicts the final score as last + `gain`, where `gain` is the mean rise of the finished trials from that epoch on (a "fit",
 * recorded whenever one more trial has finished). Freezes below the bar; thaws where a later fit predicts above it.
 */
export class GainRule extends Folded implements StoppingRule {
  readonly settings = { name: 'gain' };
  private fittedOn = 0;
  judged = 0;
  reviews: boolean[] = [];

  constructor(
    private readonly epochs: number,
    private readonly burnIn = 3,
  ) {
    super();
  }

  override tell(event: StoredEvent): void {
    super.tell(event);
    if (event.type === 'fit' && event.record.by === 'gain') this.fittedOn = event.record['finished'] as number;
  }

  judge(trial: number, stakes: Stakes): ReturnType<StoppingRule['judge']> {
    this.judged++;
    const finished = this.state.counts.finished;
    if (finished < this.burnIn) return Promise.resolve({ verdict: { action: 'continue' } });
    const record = this.dueRecord();
    const mean = this.predict(trial);
    const bar = stakes.bar ?? -Infinity;
    const predicted = { mean, sigma: 0.01, probability: mean < bar ? 1 : 0, horizon: stakes.horizon };
    const verdict =
      mean < bar - 0.1
        ? ({ action: 'freeze', reason: 'below the bar', value: { y: mean, at: this.epochs }, bar, predicted } as const)
        : ({ action: 'continue', bar, predicted } as const);
    return Promise.resolve({ verdict, ...record });
  }

  review(frozen: readonly { readonly trial: number; readonly stakes: Stakes }[], { final }: { readonly final: boolean }): ReturnType<StoppingRule['review']> {
    this.reviews.push(final);
    const thaw = frozen
      .map(({ trial, stakes }) => ({ trial, over: this.predict(trial) - (stakes.bar ?? -Infinity) }))
      .filter(({ over }) => over > (final ? -0.19 : -0.1))
      .sort((a, b) => b.over - a.over)
      .map(({ trial }) => ({ trial, reason: final ? 'last look' : 'no longer below the bar' }));
    return Promise.resolve({ thaw, ...(final ? this.dueRecord() : {}) });
  }

  private dueRecord(): { record?: FitRecord } {
    const finished = this.state.counts.finished;
    return finished > this.fittedOn ? { record: { by: 'gain', finished, rows: [1, 2] } } : {};
  }

  private predict(id: number): number {
    const curve = this.state.trials[id]?.curve ?? [];
    const gains = this.state.trials
      .filter((t) => t.status === 'finished')
      .map((t) => (t.curve[this.epochs - 1] ?? 0) - (t.curve[curve.length - 1] ?? 0));
    // Too low while few have finished, too high later: reviews within the search find trials to thaw, and so does the last.
    const shy = gains.length < 6 ? 0.8 : 1.4;
    return (curve.at(-1) ?? 0) + (shy * gains.reduce((a, b) => a + b, 0)) / Math.max(1, gains.length);
  }
}

export const neverStop: StoppingRule = {
  settings: { name: 'none' },
  tell: () => undefined,
  judge: () => Promise.resolve({ verdict: { action: 'continue' } }),
  review: () => Promise.resolve({ thaw: [] }),
};

export interface FakeRunnerOptions {
  /** Called before each epoch; may throw, return a replacement score, or a promise to wait for. */
  readonly before?: (task: Task, epoch: number) => number | void | Promise<number | void>;
  /** Bytes of padding in a snapshot. */
  readonly bytes?: number;
}

/** Refuses to go on from a snapshot that is not of the very epoch and sum of scores that the task names. */
export function fakeRunner(options: FakeRunnerOptions = {}): Runner {
  return {
    async *run(task, { signal, checkpoint }) {
      let sum = task.from === undefined ? 0 : restored(task, checkpoint);
      for (let epoch = (task.from?.epoch ?? 0) + 1; epoch <= task.until && !signal.aborted; epoch++) {
        const special = await options.before?.(task, epoch);
        const value = special ?? scoreOf(task.candidate, epoch);
        sum += value;
        const text = JSON.stringify({ trial: task.trial, epoch, sum }).padEnd(options.bytes ?? 0);
        yield { epoch, value, seconds: 0.5, snapshot: () => Promise.resolve(new TextEncoder().encode(text)) };
      }
    },
  };
}

function restored(task: Task, checkpoint: Uint8Array | undefined): number {
  const { trial, epoch, sum } = JSON.parse(new TextDecoder().decode(checkpoint)) as { trial: number; epoch: number; sum: number };
  if (trial !== task.trial || epoch !== task.from?.epoch) throw new Error(`snapshot of trial ${trial} epoch ${epoch} handed to trial ${task.trial}`);
  return sum;
}
