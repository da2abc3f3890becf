// What each epoch costs where several are under way on one device: their work lies interleaved in its queue, and nobody can say whose a moment was. So every
// moment is shared evenly by those that are under way in it: the sum is the time that passed, and no epoch is free.
import type { Clock } from '../core/index.js';

interface Share {
  ms: number;
}

export class SharedTime {
  private readonly under = new Set<Share>();
  private last = 0;

  constructor(private readonly clock: Clock) {}

  /** What the work gave, and its share of the time in seconds; of work that fails nothing is told, but it had its share. */
  async during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
    const own: Share = { ms: 0 };
    this.divide();
    this.under.add(own);
    try {
      const result = await work();
      this.divide();
      return { result, seconds: own.ms / 1000 };
    } finally {
      this.divide();
      this.under.delete(own);
    }
  }

  /** What passed since the last change, among those who were under way; nothing where the machine's clock was set back. */
  private divide(): void {
    const now = this.clock.now();
    const passed = Math.max(0, now - this.last);
    for (const share of this.under) share.ms += passed / this.under.size;
    this.last = now;
  }
}
