// Epochs coming in. A report is refused (stale attempt, epoch out of order), answered from memory (a repeat), charged only (the trial
// was taken away meanwhile), or journaled and judged.
import type { EpochReport, Journal, StudyEvent, Verdict } from '../core/index.js';
import { StaleAttemptError, StudyError } from '../core/index.js';
import { trialOf, type Desk } from './desk.js';
import type { Judge } from './judging.js';
import { isWorking, type StudyState, type TrialState } from './state.js';

const TRAINED_AGAIN: Verdict = { action: 'continue', reason: 'trained again: judged before' };

type Stop = Extract<Verdict, { action: 'stop' }>['reason'];

export class Reporter {
  constructor(
    private readonly desk: Desk,
    private readonly judge: Judge,
    private readonly journal: Journal,
  ) {}

  async report(id: number, report: EpochReport): Promise<Verdict> {
    const { ledger } = this.desk;
    await this.judge.settle();
    const trial = trialOf(ledger.state, id);
    expectCurrent(trial, report.attempt, ledger.state);
    if (report.epoch > trial.from && report.epoch <= trial.epoch) return this.answer(trial, report.epoch);
    expectNext(trial, report);
    if (!Number.isFinite(report.value)) return this.diverged(trial, report);
    expectSeconds(report);
    ledger.append([epochEvent(id, report), ...this.arrival(trial, report)]);
    await this.judge.settle();
    return this.answer(trial, report.epoch);
  }

  /** What follows from reaching `until`: nothing is left to predict, so nobody judges. */
  private arrival(trial: TrialState, { epoch, value }: EpochReport): StudyEvent[] {
    const full = epoch === this.desk.epochs;
    // A frozen trial whose last epoch was under way: it is fully trained all the same.
    const counts = isWorking(trial) || trial.status === 'frozen';
    if (this.desk.ledger.state.ended !== null || !counts || epoch < trial.until || (!full && trial.status === 'frozen')) return [];
    if (!full) return [{ type: 'pause', trial: trial.id }];
    return [
      { type: 'finish', trial: trial.id },
      { type: 'value', trial: trial.id, y: value, at: epoch, predicted: false },
    ];
  }

  private diverged(trial: TrialState, report: EpochReport): Verdict {
    const message = `epoch ${report.epoch}: expected a finite score, got ${report.value}`;
    if (isWorking(trial)) {
      this.desk.ledger.append([{ type: 'fail', trial: trial.id, attempt: report.attempt, kind: 'diverged', message }]);
    }
    return this.answer(trial, trial.epoch);
  }

  private answer(trial: TrialState, epoch: number): Verdict {
    const { ended } = this.desk.ledger.state;
    if (epoch < trial.epoch) return this.earlier(trial, epoch);
    if (ended !== null && trial.status === 'running') return stop('ended');
    switch (trial.status) {
      case 'finished':
      case 'paused':
      case 'failed':
      case 'cancelled':
        return stop(trial.status);
      case 'frozen':
        return trial.verdict?.verdict ?? stop('paused');
      case 'running':
        return this.running(trial, epoch);
    }
  }

  private running(trial: TrialState, epoch: number): Verdict {
    const said = trial.verdict;
    // Thawed before its holder noticed the freeze: that attempt is over, the next one comes from `ask`.
    if (!isWorking(trial) && said !== null) return said.verdict;
    // A freeze of an earlier attempt is not said again of an epoch that is trained again.
    return said?.epoch === epoch && said.verdict.action === 'continue' ? said.verdict : TRAINED_AGAIN;
  }

  /** Of an epoch before the trial's last: rare enough for a walk through the journal. */
  private earlier(trial: TrialState, epoch: number): Verdict {
    let found: Verdict = TRAINED_AGAIN;
    let reported = false;
    for (const event of this.journal.read()) {
      if (!('trial' in event) || event.trial !== trial.id || !('epoch' in event) || event.epoch !== epoch) continue;
      if (event.type === 'epoch') reported = event.attempt === trial.attempt;
      if (event.type === 'verdict' && reported) found = event.verdict;
    }
    return found;
  }
}

export function expectCurrent(trial: TrialState, attempt: number, state: StudyState): void {
  const handedBack = trial.hold === 'released' && state.ended === null;
  if (attempt === trial.attempt && !handedBack) return;
  throw new StaleAttemptError(
    `trial ${trial.id}: expected attempt ${handedBack ? trial.attempt + 1 : trial.attempt}, got ${attempt}; ` +
      'the trial was handed to somebody else, drop this work and ask for a new task',
  );
}

/** The next epoch; or epoch 1, where the checkpoint could not be read and the training began again. */
function expectNext(trial: TrialState, { epoch }: EpochReport): void {
  const next = trial.epoch + 1;
  const restart = epoch === 1 && trial.from > 0 && trial.epoch === trial.from;
  if ((epoch === next && epoch <= trial.until) || restart) return;
  throw new StudyError(
    `trial ${trial.id}: expected ${next <= trial.until ? `epoch ${next}` : `no epoch past ${trial.until}`}, got ${epoch}; epochs are reported in order, without gaps`,
  );
}

function expectSeconds({ epoch, seconds }: EpochReport): void {
  if (Number.isFinite(seconds) && seconds >= 0) return;
  throw new StudyError(`epoch ${epoch}: expected the seconds that it took, a finite number of at least 0, got ${seconds}`);
}

function epochEvent(trial: number, report: EpochReport): StudyEvent {
  const { attempt, epoch, value, seconds, checkpoint, metrics } = report;
  return {
    type: 'epoch',
    trial,
    attempt,
    epoch,
    value,
    seconds,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

function stop(reason: Stop): Verdict {
  return { action: 'stop', reason };
}
