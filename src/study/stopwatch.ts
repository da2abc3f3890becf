// Where the loop's wall time goes. Awaiting the runner is training; awaiting study and store is orchestration, even where the device
// works on in the meantime.

export interface LoopSeconds {
  readonly wall: number;
  /** Waiting for epochs and snapshots. */
  readonly runner: number;
  /** Journal, strategy, verdicts. */
  readonly study: number;
  /** Checkpoints written and read. */
  readonly store: number;
  /** study + store: time outside the runner. */
  readonly orchestration: number;
}

export class Stopwatch {
  private readonly began = performance.now();
  private readonly spent = { runner: 0, study: 0, store: 0 };

  async during<T>(part: 'runner' | 'study' | 'store', work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.spent[part] += (performance.now() - start) / 1000;
    }
  }

  seconds(): LoopSeconds {
    const { runner, study, store } = this.spent;
    return { wall: (performance.now() - this.began) / 1000, runner, study, store, orchestration: study + store };
  }
}
