// The loop of one process that owns the device: asks, trains, stores, reports. Trials go round-robin: the next epoch of each is computed
// ahead, but reports are made strictly in the order of the queue, so which of two epochs was done first never shows. On
// resume the queue comes back in the order of the trials' last turns, and the study goes on as if it had not been interrupted.
import type { CheckpointStore, Log, RunnerEpoch, Runner, Task, Verdict } from '../core/index.js';
import { CheckpointError, messageOf, silentLog, StudyError } from '../core/index.js';
import { trialFailure } from './failure.js';
import { Slot } from './slot.js';
import { Stopwatch, type LoopSeconds } from './stopwatch.js';
import { takeOver, type StudyHandle } from './study.js';

export interface LoopOptions {
  /** Trials in the round. */
  readonly parallel?: number;
  /** Aborting it hands every trial back and leaves a study that can be resumed. */
  readonly signal?: AbortSignal;
  readonly log?: Log;
  /** Names whoever trains here, for the journal. */
  readonly worker?: { readonly worker: string; readonly adapter?: string };
}

export interface LoopResult {
  readonly interrupted: boolean;
  /** Reported by this run of the loop. */
  readonly epochs: number;
  readonly seconds: LoopSeconds;
}

/**
 * Runs the study until it is done or `signal` aborts. Throws what the runner threw (DeviceLostError and the like), after handing all
 * trials back; a TrialError fails its trial and the search goes on.
 */
export function runStudy(study: StudyHandle, runner: Runner, store: CheckpointStore, options: LoopOptions = {}): Promise<LoopResult> {
  return new Round(study, runner, store, options).run();
}

class Round {
  private readonly queue: Slot[] = [];
  private readonly watch = new Stopwatch();
  private readonly parallel: number;
  private readonly log: Log;
  private current: Slot | null = null;
  private epochs = 0;

  constructor(
    private readonly study: StudyHandle,
    private readonly runner: Runner,
    private readonly store: CheckpointStore,
    private readonly options: LoopOptions,
  ) {
    this.parallel = options.parallel ?? 1;
    this.log = options.log ?? silentLog;
  }

  async run(): Promise<LoopResult> {
    const unlisten = this.study.interrupts((trial, attempt) => this.interrupt(trial, attempt));
    const aborted = (): void => this.abort();
    this.options.signal?.addEventListener('abort', aborted, { once: true });
    try {
      await takeOver(this.study);
      while (!this.stopping() && (await this.fill())) await this.turn();
    } finally {
      this.options.signal?.removeEventListener('abort', aborted);
      unlisten();
      await this.handBack();
    }
    return { interrupted: this.study.state.ended === null, epochs: this.epochs, seconds: this.watch.seconds() };
  }

  /** False where nothing is left to train. */
  private async fill(): Promise<boolean> {
    while (this.queue.length < this.parallel && !this.stopping()) {
      const answer = await this.watch.during('study', () => this.study.ask(this.options.worker));
      if (answer.action !== 'train') {
        if (this.queue.length > 0) return true;
        if (answer.action === 'done') return false;
        throw new StudyError('the strategy waits although nothing is being trained; it must propose something or be done');
      }
      this.queue.push(await this.begin(answer.task));
    }
    return this.queue.length > 0;
  }

  private async begin(task: Task): Promise<Slot> {
    const { from, ...fresh } = task;
    if (from === undefined) return this.start(new Slot(task, this.runner, undefined));
    try {
      return this.start(new Slot(task, this.runner, await this.watch.during('store', () => this.store.get(from))));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      this.log.warn(`trial ${task.trial}: ${error.message}; it starts again from epoch 0, and these epochs count again`);
      await this.study.note('checkpoint-lost', { trial: task.trial, epoch: from.epoch, key: from.key, message: error.message });
      return this.start(new Slot(fresh, this.runner, undefined));
    }
  }

  private start(slot: Slot): Slot {
    slot.start();
    return slot;
  }

  private async turn(): Promise<void> {
    const slot = this.queue.shift();
    if (slot === undefined) return;
    this.current = slot;
    const outcome = await this.watch.during('runner', () => slot.next());
    if (this.stopping()) {
      this.queue.unshift(slot);
    } else if (slot.interrupted) {
      await this.retire(slot);
    } else if ('epoch' in outcome) {
      await this.arrive(slot, outcome.epoch);
    } else {
      this.queue.unshift(slot);
      await this.broke(slot, outcome);
    }
    this.current = null;
  }

  private async arrive(slot: Slot, epoch: RunnerEpoch): Promise<void> {
    this.queue.unshift(slot); // handed back with the others, should anything below throw
    const verdict = await this.report(slot.task, epoch);
    this.queue.splice(this.queue.indexOf(slot), 1);
    this.epochs++;
    if (verdict.action !== 'continue' || slot.interrupted) {
      await this.retire(slot);
      return;
    }
    this.queue.push(slot);
    if (!this.stopping()) slot.start();
  }

  private async report({ trial, attempt }: Task, trained: RunnerEpoch): Promise<Verdict> {
    const { epoch, value, seconds, metrics } = trained;
    const report = { attempt, epoch, value, seconds, ...(metrics === undefined ? {} : { metrics }) };
    if (!Number.isFinite(value)) return this.watch.during('study', () => this.study.report(trial, report));
    const bytes = await this.watch.during('runner', () => trained.snapshot());
    const checkpoint = await this.watch.during('store', () => this.store.put(`${trial}-${attempt}-${epoch}`, bytes));
    return this.watch.during('study', () => this.study.report(trial, { ...report, checkpoint }));
  }

  /** The runner threw, or came to an end before the study said so. The slot is at the head of the queue. */
  private async broke(slot: Slot, outcome: { readonly over: true } | { readonly error: unknown }): Promise<void> {
    const { trial, attempt, until } = slot.task;
    if ('over' in outcome) throw new StudyError(`trial ${trial}: the runner ended before epoch ${until}, where the task ends`);
    const failure = trialFailure(outcome.error);
    if (failure === null) throw outcome.error;
    this.queue.shift();
    await this.study.fail(trial, attempt, failure);
    await this.retire(slot);
  }

  private async retire(slot: Slot): Promise<void> {
    const error = await this.watch.during('runner', () => slot.close());
    if (error !== null) this.log.warn(`trial ${slot.task.trial}: ending its training failed: ${messageOf(error)}`);
  }

  private async handBack(): Promise<void> {
    for (const slot of this.queue.splice(0)) {
      await this.retire(slot);
      await this.study.release(slot.task.trial, slot.task.attempt).catch((error: unknown) => {
        this.log.warn(`trial ${slot.task.trial} could not be handed back: ${messageOf(error)}; the next run takes it over`);
      });
    }
  }

  private interrupt(trial: number, attempt: number): void {
    const slot = [this.current, ...this.queue].find((s) => s?.task.trial === trial && s.task.attempt === attempt);
    slot?.interrupt();
  }

  private abort(): void {
    this.current?.stop();
    for (const slot of this.queue) slot.stop();
  }

  private stopping(): boolean {
    return this.options.signal?.aborted ?? false;
  }
}
