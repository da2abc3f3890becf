// How many tasks are worth handing out, and to which adapter class. Scheduling is the strategy's: this only keeps every slot of every
// worker busy, a trial on adapters of its class where there is room, and under `--pin` always.
import type { WorkerRecord } from './roster.js';

export class Placement {
  /** Attempts handed out and not yet over, with their classes. */
  private readonly open = new Map<string, string>();
  private slots = new Map<string, number>();

  /** `classOf`: where a trial with a checkpoint was trained before. */
  constructor(
    private readonly pin: boolean,
    private readonly classOf: (trial: number) => string | undefined,
  ) {}

  see(workers: readonly Pick<WorkerRecord, 'adapterClass' | 'slots'>[]): void {
    this.slots = new Map();
    for (const { adapterClass, slots } of workers) this.slots.set(adapterClass, (this.slots.get(adapterClass) ?? 0) + slots);
  }

  /** Tasks that a worker would begin at once. */
  room(): number {
    return [...this.slots.keys()].reduce((sum, adapterClass) => sum + Math.max(0, this.free(adapterClass)), 0);
  }

  /** Null where no worker is there and the trial is bound to none. */
  place(trial: number): string | null {
    const former = this.classOf(trial);
    if (former !== undefined && (this.pin || this.free(former) > 0)) return former;
    const [first] = [...this.slots.keys()].sort((a, b) => this.free(b) - this.free(a));
    return first ?? null;
  }

  /** Whether a task that waits in that class would better be handed out again. */
  deserted(adapterClass: string): boolean {
    return !this.pin && !this.slots.has(adapterClass) && this.room() > 0;
  }

  opened(attempt: string, adapterClass: string): void {
    this.open.set(attempt, adapterClass);
  }

  /** Forgets those that are over. */
  keep(attempts: ReadonlySet<string>): void {
    for (const attempt of this.open.keys()) if (!attempts.has(attempt)) this.open.delete(attempt);
  }

  private free(adapterClass: string): number {
    const taken = [...this.open.values()].filter((each) => each === adapterClass).length;
    return (this.slots.get(adapterClass) ?? 0) - taken;
  }
}
