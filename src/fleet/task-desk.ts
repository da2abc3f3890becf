// What a worker has in hand, for those who ask: which tasks, how fast, and the last word.
import type { WorkerActivity } from './roster.js';
import type { TaskJob } from './protocol.js';
import type { TaskTrainer } from './trainer.js';

/** Epochs a second are those of the last minute. */
const RATE_MS = 60_000;

export class HeldTask {
  private readonly stopping = new AbortController();
  private readonly ending = new AbortController();
  epoch: number;

  constructor(
    readonly job: TaskJob,
    readonly trainer: TaskTrainer,
  ) {
    this.epoch = job.task.from?.epoch ?? 0;
  }

  /** Taken away by the study. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Over, whatever the reason. */
  get done(): AbortSignal {
    return this.ending.signal;
  }

  stop(): void {
    this.stopping.abort();
  }

  end(): void {
    this.ending.abort();
  }
}

export class TaskDesk {
  private readonly tasks = new Set<HeldTask>();
  private readonly began = Date.now();
  private recent: number[] = [];
  private word = 'waiting for a task';

  take(job: TaskJob, trainer: TaskTrainer): HeldTask {
    const held = new HeldTask(job, trainer);
    this.tasks.add(held);
    this.say(`trial ${job.task.trial} from epoch ${held.epoch}`);
    return held;
  }

  leave(held: HeldTask): void {
    held.end();
    this.tasks.delete(held);
  }

  held(): HeldTask[] {
    return [...this.tasks];
  }

  stop(study: string, trial: number, attempt: number): void {
    for (const held of this.tasks) if (held.job.study === study && held.job.task.trial === trial && held.job.task.attempt === attempt) held.stop();
  }

  trained(held: HeldTask, epoch: number): void {
    held.epoch = epoch;
    this.recent.push(Date.now());
    this.say(`trial ${held.job.task.trial}, epoch ${epoch}`);
  }

  say(word: string): void {
    this.word = word.slice(0, 300);
  }

  activity(): WorkerActivity {
    const now = Date.now();
    this.recent = this.recent.filter((time) => time > now - RATE_MS);
    const tasks = this.held().map(({ job: { study, task }, epoch }) => ({ study, trial: task.trial, attempt: task.attempt, epoch }));
    const seconds = Math.min(RATE_MS, Math.max(1000, now - this.began)) / 1000;
    return { tasks, epochsPerSecond: Math.round((100 * this.recent.length) / seconds) / 100, word: this.word };
  }
}
