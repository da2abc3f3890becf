// Verdicts and reviews. `settle` does what the journal still owes: the verdict of an epoch that has none, then the review after a
// fit, then the end by budget. It is the same code after a report, after a kill and after an error.
import type { StudyEvent, TrialId, Verdict } from '../core/index.js';
import { StudyError } from '../core/index.js';
import { endEvents, fitOf, freezeEvents, trialOf, type Desk } from './desk.js';
import { judgedOf, reviewedOf, stakesOf } from './said.js';
import type { StudyState } from './state.js';

export class Judge {
  /** The journal's length at the last review, so that a review without consequences is not repeated. */
  private reviewed = -1;

  constructor(private readonly desk: Desk) {}

  async settle(): Promise<void> {
    const { state } = this.desk.ledger;
    if (state.ended !== null) return;
    if (state.unjudged !== null) await this.judge(state.unjudged.trial, state.unjudged.epoch);
    if (state.reviewDue && this.reviewed !== state.seq) {
      this.desk.ledger.append(await this.review(false));
      this.reviewed = state.seq;
    }
    const reason = spent(state, this.desk);
    if (reason !== null) this.desk.ledger.interrupt(endEvents(state, reason));
  }

  /** What follows from looking at the frozen trials again: a fit and thaws, perhaps nothing. */
  async review(final: boolean): Promise<StudyEvent[]> {
    const { ledger, strategy, rule } = this.desk;
    const frozen = [...ledger.state.frozen]
      .sort((a, b) => a - b)
      .flatMap((trial) => {
        const stakes = stakesOf(strategy, trial);
        return stakes === null ? [] : [{ trial, stakes }];
      });
    if (frozen.length === 0) return [];
    const { thaw, record } = reviewedOf(rule, await rule.review(frozen, { final }));
    for (const { trial } of thaw) {
      if (!ledger.state.frozen.has(trial)) throw new StudyError(`the rule ${rule.settings.name} thaws trial ${trial}, which is not frozen`);
    }
    return [...fitOf(record), ...thaw.map(({ trial, reason }): StudyEvent => ({ type: 'thaw', trial, reason }))];
  }

  /** The rule's word on a trial seen through `epoch`: continue where nothing lies ahead that it could be held against. */
  async verdictOn(id: TrialId, epoch: number): Promise<{ verdict: Exclude<Verdict, { action: 'stop' }>; fit: StudyEvent[] }> {
    const { strategy, rule } = this.desk;
    const stakes = stakesOf(strategy, id);
    if (stakes === null || epoch >= stakes.horizon) return { verdict: { action: 'continue' }, fit: [] };
    const { verdict, record } = judgedOf(rule, id, await rule.judge(id, stakes));
    return { verdict, fit: fitOf(record) };
  }

  private async judge(id: TrialId, epoch: number): Promise<void> {
    const { ledger } = this.desk;
    const { verdict, fit } = await this.verdictOn(id, epoch);
    const said: StudyEvent[] =
      verdict.action === 'freeze' ? freezeEvents(trialOf(ledger.state, id), verdict) : [{ type: 'verdict', trial: id, epoch, verdict }];
    ledger.append([...fit, ...said]);
  }
}

/** The reason for which the budget ends the study, or null. */
function spent(state: StudyState, { budget }: Desk): string | null {
  const { epochs, seconds } = state.totals;
  if (budget.epochs !== undefined && epochs >= budget.epochs) return `budget: ${epochs} of ${budget.epochs} epochs`;
  if (budget.seconds !== undefined && seconds >= budget.seconds) return `budget: ${seconds.toFixed(1)} of ${budget.seconds} seconds of training`;
  if (budget.failures !== undefined && state.counts.failed >= budget.failures) {
    return `budget: ${state.counts.failed} of ${budget.failures} failed trials`;
  }
  return null;
}
