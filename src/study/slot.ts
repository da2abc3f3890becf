// One place in the loop's round: a task under way in the runner, its next epoch computed ahead.
import type { Runner, RunnerEpoch, Task } from '../core/index.js';

export type Outcome = { readonly epoch: RunnerEpoch } | { readonly over: true } | { readonly error: unknown };

export class Slot {
  /** Taken away by a freeze, a cancel or the end of the study. */
  interrupted = false;
  private readonly controller = new AbortController();
  private readonly epochs: AsyncIterator<RunnerEpoch>;
  private ahead: Promise<Outcome> | null = null;

  constructor(
    readonly task: Task,
    runner: Runner,
    checkpoint: Uint8Array | undefined,
  ) {
    const { signal } = this.controller;
    this.epochs = runner.run(task, { signal, ...(checkpoint === undefined ? {} : { checkpoint }) })[Symbol.asyncIterator]();
  }

  /** Begins the next epoch; its outcome never rejects, so nobody needs to be listening yet. */
  start(): void {
    this.ahead ??= this.epochs.next().then(
      (step): Outcome => (step.done === true ? { over: true } : { epoch: step.value }),
      (error: unknown): Outcome => ({ error }),
    );
  }

  async next(): Promise<Outcome> {
    this.start();
    const outcome = (await this.ahead) as Outcome;
    this.ahead = null;
    return outcome;
  }

  interrupt(): void {
    this.interrupted = true;
    this.controller.abort();
  }

  /** The trial stays this slot's; its training ends between epochs. */
  stop(): void {
    this.controller.abort();
  }

  /** Waits until the runner has freed what it held. Returns what went wrong in that, or null. */
  async close(): Promise<unknown> {
    this.controller.abort();
    await this.ahead;
    try {
      await this.epochs.return?.();
      return null;
    } catch (error) {
      return error;
    }
  }
}
