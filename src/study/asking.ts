// What to train next. Trials handed back come first, in the order of their turns, then thawed ones, then enqueued candidates, then
// what the strategy proposes.
import type { Candidate, StudyEvent, Task, Wait, Done, Worker } from '../core/index.js';
import { StudyError } from '../core/index.js';
import { endEvents, fitOf, freezeEvents, trialOf, type Desk } from './desk.js';
import type { Judge } from './judging.js';
import { proposalOf } from './said.js';
import { byTurn, isHandedBack, type StudyState, type TrialState } from './state.js';

export type Answer = { readonly action: 'train'; readonly task: Task } | Wait | Done;
type Proposed = Awaited<ReturnType<Desk['strategy']['ask']>>;

/** What a strategy may journal before it says what to do: who is looked at twice, who burns in, a fit. A strategy that does nothing else is not asked for ever. */
const RECORDS_IN_A_ROW = 8;

export class Dispatcher {
  constructor(
    private readonly desk: Desk,
    private readonly judge: Judge,
  ) {}

  async ask(by?: Worker): Promise<Answer> {
    const { ledger } = this.desk;
    for (let recordsInARow = 0; ; ) {
      await this.judge.settle();
      if (ledger.state.ended !== null) return { action: 'done' };
      const due = this.handOutDue(by);
      if (due !== null) return due;
      const proposal = proposalOf(this.desk.strategy, await this.desk.strategy.ask());
      if (proposal.action === 'start' || proposal.action === 'resume') {
        const answer = await this.handOut(proposal, by);
        if (answer === null) continue;
        return answer;
      }
      if (proposal.action === 'freeze') {
        this.freeze(proposal);
        continue;
      }
      if (proposal.action === 'value') {
        ledger.append([...fitOf(proposal.record), ...this.values(proposal)]);
        continue;
      }
      ledger.append(fitOf(proposal.record));
      // The strategy was told its own fit, so it is asked again: a study taken up after a kill here would ask again too.
      if (proposal.record !== undefined && recordsInARow++ < RECORDS_IN_A_ROW) continue;
      if (proposal.action === 'wait' || ledger.state.running.size > 0) return { action: 'wait' };
      await this.endOrThaw();
    }
  }

  private handOutDue(by?: Worker): Answer | null {
    const { state } = this.desk.ledger;
    const waiting = nextHandedBack(state) ?? (state.thawed[0] === undefined ? undefined : trialOf(state, state.thawed[0]));
    if (waiting !== undefined) return this.open(waiting.id, waiting.attempt + 1, [], by);
    const candidate = state.enqueued[0];
    return candidate === undefined ? null : this.start(candidate, this.desk.epochs, [], by);
  }

  /** Null where the rule froze it instead. */
  private async handOut(proposal: Extract<Proposed, { action: 'start' | 'resume' }>, by?: Worker): Promise<Answer | null> {
    const fit = fitOf(proposal.record);
    this.expectUntil(proposal.until);
    if (proposal.action === 'start') return this.start(proposal.candidate, proposal.until, fit, by);
    const trial = trialOf(this.desk.ledger.state, proposal.trial);
    if (trial.status !== 'paused' || proposal.until <= trial.epoch) {
      throw new StudyError(
        `${this.strategyName()} resumes trial ${trial.id} up to epoch ${proposal.until}: expected a paused trial that stands below it, got ${trial.status} at epoch ${trial.epoch}`,
      );
    }
    const resume: StudyEvent = { type: 'resume', trial: trial.id, until: proposal.until };
    // Judged by what was seen of it before it goes on, as no epoch is ever trained on unjudged: whoever has no chance costs nothing more.
    const said = await this.judge.verdictOn(trial.id, trial.curve.length);
    if (said.verdict.action === 'continue') return this.open(trial.id, trial.attempt + 1, [...fit, ...said.fit, resume], by);
    this.desk.ledger.append([...fit, ...said.fit, resume, ...freezeEvents(trial, said.verdict)]);
    return null;
  }

  private start(candidate: Candidate, until: number, before: readonly StudyEvent[], by?: Worker): Answer {
    const trial = this.desk.ledger.state.trials.length;
    return this.open(trial, 1, [...before, { type: 'start', trial, candidate, until }], by);
  }

  private open(trial: number, attempt: number, before: readonly StudyEvent[], by?: Worker): Answer {
    const { ledger } = this.desk;
    ledger.append([...before, { type: 'open', trial, attempt, ...(by === undefined ? {} : { by }) }]);
    return { action: 'train', task: taskOf(trialOf(ledger.state, trial)) };
  }

  private freeze(proposal: Extract<Proposed, { action: 'freeze' }>): void {
    const trial = trialOf(this.desk.ledger.state, proposal.trial);
    if (trial.status !== 'running' && trial.status !== 'paused') {
      throw new StudyError(`${this.strategyName()} freezes trial ${trial.id}: expected a running or paused trial, got ${trial.status}`);
    }
    this.desk.ledger.interrupt([...fitOf(proposal.record), ...freezeEvents(trial, proposal.verdict)]);
  }

  private values({ values }: Extract<Proposed, { action: 'value' }>): StudyEvent[] {
    const bad = values.find(({ trial, y, at }) => trialOf(this.desk.ledger.state, trial).status !== 'paused' || !Number.isFinite(y) || !(at >= 1));
    if (bad !== undefined || values.length === 0) {
      throw new StudyError(`${this.strategyName()} values ${bad === undefined ? 'no trial' : `trial ${bad.trial} at ${bad.y}`}: expected paused trials and finite scores`);
    }
    return values.map(({ trial, y, at }) => ({ type: 'value', trial, y, at, predicted: true }));
  }

  /** Nothing runs and the strategy is done: the frozen trials get their last review. */
  private async endOrThaw(): Promise<void> {
    const { ledger } = this.desk;
    const events = await this.judge.review(true);
    const thaws = events.some((event) => event.type === 'thaw');
    ledger.append(thaws ? events : [...events, ...endEvents(ledger.state, 'search complete')]);
  }

  private expectUntil(until: number): void {
    if (Number.isInteger(until) && until >= 1 && until <= this.desk.epochs) return;
    throw new StudyError(`${this.strategyName()}: expected until to be a whole number from 1 to ${this.desk.epochs}, got ${until}`);
  }

  private strategyName(): string {
    return `the strategy ${this.desk.strategy.settings.name}`;
  }
}

export function taskOf(trial: TrialState): Task {
  const { id, attempt, candidate, until, checkpoint } = trial;
  return { trial: id, attempt, candidate, until, ...(checkpoint === null ? {} : { from: checkpoint }) };
}

function nextHandedBack(state: StudyState): TrialState | undefined {
  return [...state.running]
    .map((id) => trialOf(state, id))
    .filter(isHandedBack)
    .sort(byTurn)[0];
}
