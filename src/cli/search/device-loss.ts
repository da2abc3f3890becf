// A lost device costs the work since the last checkpoint, nothing else: it is opened again and the study goes on. A device that
// does not get through one epoch three times in a row is given up.
import { DeviceLostError } from '../../core/index.js';
import type { Trainer } from '../machine.js';

/** What is opened: a device with something on it. */
export interface Closable {
  close(): void;
}

export const MOST_LOSSES = 3;

export interface Reopening<T extends Closable = Trainer> {
  readonly open: () => Promise<T>;
  /** Grows with each epoch that was trained. */
  readonly progress: () => number;
  readonly say: (line: string) => void;
}

/** A trainer that is opened when it is first needed and again after each loss. */
export class ReopenedTrainer<T extends Closable = Trainer> {
  private trainer: T | null = null;

  constructor(private readonly reopening: Reopening<T>) {}

  async get(): Promise<T> {
    this.trainer ??= await this.reopening.open();
    return this.trainer;
  }

  /** Does the work; again, on a new device, where the device was lost in it. */
  async during<R>(work: (trainer: T) => Promise<R>): Promise<R> {
    let losses = 0;
    for (;;) {
      const before = this.reopening.progress();
      try {
        return await work(await this.get());
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        losses = this.reopening.progress() > before ? 1 : losses + 1;
        if (losses > MOST_LOSSES) throw error;
        this.reopening.say(`${error.message}; opening the device again (${losses} of ${MOST_LOSSES} without an epoch in between)`);
        this.close();
      }
    }
  }

  close(): void {
    this.trainer?.close();
    this.trainer = null;
  }
}
