// The shortest loop that keeps the order of events of a study: recorded curves instead of training, `parallel` trials in
// turn, a verdict before the next epoch, frozen trials reviewed after each recorded fit and, at the end, until nothing
// thaws. For tests and measurements of rules and strategies; the real loop is src/study.
import type { Candidate, FitRecord, Stakes, StoppingRule, StoredEvent, Strategy, StudyEvent, TrialId } from '../../src/core/index.js';

export interface CurveStudy {
  readonly events: readonly StoredEvent[];
  readonly epochsTrained: number;
  readonly frozen: ReadonlySet<TrialId>;
  readonly finished: ReadonlyMap<TrialId, number>;
}

interface Running {
  readonly trial: TrialId;
  epoch: number;
  readonly until: number;
}

class Loop {
  readonly events: StoredEvent[] = [];
  readonly finished = new Map<TrialId, number>();
  readonly frozen = new Map<TrialId, number>();
  readonly thawed: Running[] = [];
  readonly curves: (readonly number[])[] = [];
  private readonly reached = new Map<TrialId, number>();
  epochsTrained = 0;

  constructor(
    private readonly epochs: number,
    private readonly curveOf: (candidate: Candidate) => readonly number[],
    private readonly strategy: Strategy,
    private readonly rule: StoppingRule,
  ) {}

  append(event: StudyEvent): void {
    const stored: StoredEvent = { ...event, seq: this.events.length + 1, time: 0 };
    this.events.push(stored);
    this.rule.tell(stored);
    this.strategy.tell(stored);
  }

  async next(): Promise<Running | null> {
    const thawed = this.thawed.shift();
    if (thawed !== undefined) return thawed;
    const proposal = await this.strategy.ask();
    if (proposal.record !== undefined) this.append({ type: 'fit', record: JSON.parse(JSON.stringify(proposal.record)) as FitRecord });
    if (proposal.action === 'wait' && proposal.record !== undefined) return this.next();
    if (proposal.action === 'value') {
      for (const value of proposal.values) this.append({ type: 'value', ...value, predicted: true });
      return this.next();
    }
    if (proposal.action === 'freeze') {
      const { trial, verdict } = proposal;
      const epoch = this.reached.get(trial) ?? 0;
      this.append({ type: 'verdict', trial, epoch, verdict });
      this.append({ type: 'value', trial, ...verdict.value, predicted: true });
      this.frozen.set(trial, epoch);
      return this.next();
    }
    if (proposal.action === 'resume') {
      this.append({ type: 'resume', trial: proposal.trial, until: proposal.until });
      return { trial: proposal.trial, epoch: this.reached.get(proposal.trial) ?? 0, until: proposal.until };
    }
    if (proposal.action !== 'start') return null;
    const trial = this.curves.length;
    this.curves.push(this.curveOf(proposal.candidate));
    this.append({ type: 'start', trial, candidate: proposal.candidate, until: proposal.until });
    return { trial, epoch: 0, until: proposal.until };
  }

  /** One epoch; true while the trial goes on. */
  async step(running: Running): Promise<boolean> {
    const { trial } = running;
    const value = this.curves[trial]?.[running.epoch] ?? NaN;
    const epoch = ++running.epoch;
    this.epochsTrained++;
    if (!Number.isFinite(value)) {
      this.append({ type: 'fail', trial, attempt: 1, kind: 'diverged', message: 'not a number' });
      return false;
    }
    this.append({ type: 'epoch', trial, attempt: 1, epoch, value, seconds: 1 });
    this.reached.set(trial, epoch);
    if (epoch === this.epochs) {
      this.append({ type: 'value', trial, y: value, at: epoch, predicted: false });
      this.append({ type: 'finish', trial });
      this.finished.set(trial, value);
      return false;
    }
    if (epoch === running.until) {
      this.append({ type: 'pause', trial });
      return false;
    }
    return this.judged(running);
  }

  async review(final: boolean): Promise<boolean> {
    const frozen = [...this.frozen.keys()].map((trial) => ({ trial, stakes: this.strategy.stakes(trial) as Stakes }));
    const { thaw, record } = await this.rule.review(frozen, { final });
    if (record !== undefined) this.append({ type: 'fit', record });
    for (const { trial, reason } of thaw) {
      this.append({ type: 'thaw', trial, reason });
      this.thawed.push({ trial, epoch: this.frozen.get(trial) as number, until: this.epochs });
      this.frozen.delete(trial);
    }
    return thaw.length > 0;
  }

  private async judged({ trial, epoch }: Running): Promise<boolean> {
    const stakes = this.strategy.stakes(trial);
    if (stakes === null) return true;
    const { verdict, record } = await this.rule.judge(trial, stakes);
    if (record !== undefined) this.append({ type: 'fit', record: JSON.parse(JSON.stringify(record)) as FitRecord });
    this.append({ type: 'verdict', trial, epoch, verdict });
    if (verdict.action === 'freeze') {
      this.append({ type: 'value', trial, ...verdict.value, predicted: true });
      this.frozen.set(trial, epoch);
    }
    if (record !== undefined) await this.review(false);
    return verdict.action === 'continue';
  }
}

export async function runCurveStudy(options: {
  readonly epochs: number;
  readonly parallel?: number;
  readonly curveOf: (candidate: Candidate) => readonly number[];
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
}): Promise<CurveStudy> {
  const loop = new Loop(options.epochs, options.curveOf, options.strategy, options.rule);
  do {
    await drain(loop, options.parallel ?? 1);
  } while (await loop.review(true));
  return { events: loop.events, epochsTrained: loop.epochsTrained, frozen: new Set(loop.frozen.keys()), finished: loop.finished };
}

async function drain(loop: Loop, parallel: number): Promise<void> {
  const running: Running[] = [];
  for (;;) {
    while (running.length < parallel) {
      const next = await loop.next();
      if (next === null) break;
      running.push(next);
    }
    const turn = running.shift();
    if (turn === undefined) return;
    if (await loop.step(turn)) running.push(turn);
  }
}
