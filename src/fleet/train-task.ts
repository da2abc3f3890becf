// One task in the hands of whoever trains: an epoch's checkpoint goes to the store, its report goes up, and while the answer is under way
// the next epoch is trained already; the one after that waits for it.
import { CheckpointError, messageOf, type CheckpointRef, type CheckpointStore, type EpochReport, type Runner, type RunnerEpoch, type Task } from '../core/index.js';
import { trialFailure, type TrialFailure } from '../study/index.js';
import type { Answer, KernelChoice } from './protocol.js';

export type Ending =
  /** The study said so, or took the trial away. */
  | { readonly end: 'over' }
  | { readonly end: 'failed'; readonly failure: TrialFailure }
  | { readonly end: 'handed-back'; readonly reason: string; readonly fault: boolean };

export interface TaskLink {
  /** Resolves with the study's word on it; asked again until there is one, or until the task is stopped. */
  report(report: EpochReport): Promise<Answer>;
  lost(from: CheckpointRef & { readonly epoch: number }, message: string): Promise<void>;
  /** Which kernels run a class of shapes here; the study's journal keeps it. */
  tuned(choice: KernelChoice): void;
  /** For the worker's list and log. */
  complain(message: string): void;
  /** The trial was taken away: stop at once. */
  readonly stopped: AbortSignal;
  /** The worker leaves: end this epoch, report it, hand the trial back. */
  readonly draining: AbortSignal;
}

/** Between tries to put a checkpoint, in milliseconds; then the epoch is reported without. */
const STORE_RETRIES_MS: readonly number[] = [1000, 4000, 10_000];

/** Throws what the runner threw, but for what is the trial's own fault. */
export async function trainTask(task: Task, runner: Runner, store: CheckpointStore, link: TaskLink): Promise<Ending> {
  const { task: begun, checkpoint } = await begin(task, store, link);
  const signal = AbortSignal.any([link.stopped, link.draining]);
  const reporter = new EpochReporter(begun, store, link);
  try {
    for await (const epoch of runner.run(begun, { signal, ...(checkpoint === undefined ? {} : { checkpoint }) })) {
      if (!(await reporter.arrive(epoch))) return { end: 'over' };
    }
    if ((await reporter.last()).word !== 'go-on' || link.stopped.aborted) return { end: 'over' };
  } catch (error) {
    const failure = trialFailure(error);
    if (failure === null) throw error;
    return link.stopped.aborted ? { end: 'over' } : { end: 'failed', failure };
  }
  if (link.draining.aborted) return { end: 'handed-back', reason: 'the worker leaves', fault: false };
  return { end: 'handed-back', reason: `the runner ended before epoch ${task.until}, where the task ends`, fault: true };
}

async function begin(task: Task, store: CheckpointStore, link: TaskLink): Promise<{ readonly task: Task; readonly checkpoint?: Uint8Array }> {
  const { from, ...fresh } = task;
  if (from === undefined) return { task };
  try {
    return { task, checkpoint: await store.get(from) };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    await link.lost(from, error.message);
    return { task: fresh };
  }
}

class EpochReporter {
  private pending: Promise<Answer> | null = null;

  constructor(
    private readonly task: Task,
    private readonly store: CheckpointStore,
    private readonly link: TaskLink,
  ) {}

  /** False where the task is over. */
  async arrive(trained: RunnerEpoch): Promise<boolean> {
    const { word } = await this.last();
    if (this.link.stopped.aborted || word === 'stale') return false;
    const { attempt } = this.task;
    const { epoch, value, seconds, metrics } = trained;
    const report = { attempt, epoch, value, seconds, ...(metrics === undefined ? {} : { metrics }) };
    if (word === 'over') {
      await this.link.report(report); // trained while the last word was under way: it is charged, and no more
      return false;
    }
    const checkpoint = Number.isFinite(value) ? await this.put(trained) : undefined;
    this.pending = this.link.report({ ...report, ...(checkpoint === undefined ? {} : { checkpoint }) });
    this.pending.catch(() => undefined); // heard by `last`
    return true;
  }

  async last(): Promise<Answer> {
    return (await this.pending) ?? { word: 'go-on' };
  }

  /** Undefined where the store stays full or away: the epoch counts all the same, and a crash would cost more of them. */
  private async put(trained: RunnerEpoch): Promise<CheckpointRef | undefined> {
    const { trial, attempt } = this.task;
    const { epoch } = trained;
    const bytes = await trained.snapshot();
    for (let tries = 0; !this.link.stopped.aborted; tries++) {
      try {
        return await this.store.put(`${trial}-${attempt}-${epoch}`, bytes);
      } catch (error) {
        const pause = STORE_RETRIES_MS[tries];
        if (!(error instanceof CheckpointError) || pause === undefined) {
          this.link.complain(`trial ${trial}, epoch ${epoch} goes without a checkpoint: ${messageOf(error)}`);
          return undefined;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return undefined;
  }
}
