// From a worker's word to the study and back. Here stands the fence: what comes from an attempt that was given away is refused, logged
// and noted, and never becomes an epoch.
import { StaleAttemptError, StudyError, type CheckpointStore, type Log, type Verdict } from '../core/index.js';
import { isWorking, type StudyHandle } from '../study/index.js';
import type { Attempts } from './attempts.js';
import { reportOf, type Answer, type AttemptMessage } from './protocol.js';

/** Trainers that a trial may break without getting any further. */
const MOST_FAULTS = 3;

type Of<T extends AttemptMessage['type']> = Extract<AttemptMessage, { type: T }>;

export class Answering {
  /** Epochs journaled, and late reports refused, by this coordinator. */
  readonly counts = { epochs: 0, late: 0 };
  private readonly refused = new Set<string>();
  private readonly faults = new Map<number, { readonly epoch: number; readonly count: number }>();

  constructor(
    private readonly study: StudyHandle,
    private readonly store: CheckpointStore,
    private readonly attempts: Attempts,
    private readonly log: Log,
  ) {}

  /** What it resolves to is in the journal. Throws where the journal cannot be written. */
  async answer(message: AttemptMessage): Promise<Answer> {
    try {
      return await this.act(message);
    } catch (error) {
      if (error instanceof StaleAttemptError) return this.refuse(message, error.message);
      if (!(error instanceof StudyError)) throw error;
      // Out of step with the study (an epoch that is not the next): it goes on elsewhere, from its last checkpoint.
      this.log.warn(`trial ${message.trial}, attempt ${message.attempt}: ${error.message}`);
      await this.study.release(message.trial, message.attempt).catch(() => undefined);
      return { word: 'stale', message: error.message };
    }
  }

  private async act(message: AttemptMessage): Promise<Answer> {
    const { trial, attempt } = message;
    const state = this.study.state.trials[trial];
    if (state === undefined || state.attempt !== attempt) throw new StaleAttemptError(`trial ${trial}: expected attempt ${state?.attempt ?? 'of a trial that was started'}, got ${attempt}`);
    if (isWorking(state)) await this.attempts.hear(message);
    switch (message.type) {
      case 'hello':
        return isWorking(state) ? { word: 'go-on' } : { word: 'over' };
      case 'checkpoint-lost':
        return this.checkpointLost(message);
      case 'epoch':
        return this.epoch(message);
      case 'failed':
        await this.study.fail(trial, attempt, message.failure);
        return { word: 'over' };
      case 'handed-back':
        return this.handedBack(message);
    }
  }

  private async epoch({ trial, attempt, report }: Of<'epoch'>): Promise<Answer> {
    const before = this.study.state.totals.epochs;
    const verdict: Verdict = await this.study.report(trial, reportOf(attempt, report));
    this.counts.epochs += this.study.state.totals.epochs - before;
    return { word: verdict.action === 'continue' ? 'go-on' : 'over' };
  }

  private async checkpointLost({ trial, epoch, key, message }: Of<'checkpoint-lost'>): Promise<Answer> {
    this.log.warn(`trial ${trial}: ${message}; it starts again from epoch 0, and these epochs count again`);
    await this.study.note('checkpoint-lost', { trial, epoch, key, message });
    return { word: 'go-on' };
  }

  /** A trial that breaks one trainer after the other is at fault itself. */
  private async handedBack({ trial, attempt, reason, fault }: Of<'handed-back'>): Promise<Answer> {
    this.log.info(`trial ${trial} comes back: ${reason}`);
    const epoch = this.study.state.trials[trial]?.curve.length ?? 0; // as far as it ever came
    const before = this.faults.get(trial);
    const count = fault ? (before?.epoch === epoch ? before.count : 0) + 1 : 0;
    this.faults.set(trial, { epoch, count });
    if (count < MOST_FAULTS) await this.study.release(trial, attempt);
    else await this.study.fail(trial, attempt, { kind: 'device', message: `${reason} (${count} times without getting further)` });
    return { word: 'over' };
  }

  private async refuse(message: AttemptMessage, why: string): Promise<Answer> {
    if (message.type === 'epoch') await this.refuseEpoch(message);
    return { word: 'stale', message: why };
  }

  /** Counted once, however often the worker repeats itself. Its checkpoint goes, unless it is the very one that the next attempt went on from. */
  private async refuseEpoch({ trial, attempt, worker, report: { epoch, checkpoint } }: Of<'epoch'>): Promise<void> {
    const name = `${trial}-${attempt}-${epoch}`;
    if (this.refused.has(name)) return;
    this.refused.add(name);
    this.counts.late += 1;
    this.log.warn(`trial ${trial}, epoch ${epoch}: refused, attempt ${attempt} was given away (worker ${worker})`);
    await this.study.note('late-report', { trial, attempt, epoch, worker });
    if (checkpoint !== undefined && this.study.state.trials[trial]?.checkpoint?.key !== checkpoint.key) await this.store.delete(checkpoint.key).catch(() => undefined);
  }
}
