// A device to oneself for the length of a measurement: work that goes on beside it (an epoch of another trial) is let finish, and what
// would begin meanwhile waits. Measurements come one at a time; the tuner sees to that.

export class Quiet {
  private running = 0;
  private silence: Promise<void> | null = null;
  private idle: (() => void) | null = null;

  /** Does work that keeps the device busy, once no measurement is on. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    while (this.silence !== null) await this.silence;
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      if (this.running === 0) this.idle?.();
    }
  }

  /** Does work with nothing beside it. Never call it from inside `during`: it would wait for itself. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.silence !== null) await this.silence;
    let end = (): void => undefined;
    this.silence = new Promise((resolve) => (end = resolve));
    try {
      if (this.running > 0) await new Promise<void>((resolve) => (this.idle = resolve));
      return await work();
    } finally {
      this.idle = null;
      this.silence = null;
      end();
    }
  }
}
