// Who trains on a worker, one task at a time: a process of its own (trainer-process.ts), or this process (for tests, and for fleets of
// simulated workers).
import { CheckpointError, type Runner } from '../core/index.js';
import type { OpenStore } from './store.js';
import type { KernelChoice, TaskJob, Training } from './protocol.js';
import { trainTask, type Ending, type TaskLink } from './train-task.js';

export interface TaskTrainer {
  /** Throws UnfitError where this worker cannot train the study; all else is an ending. */
  train(job: TaskJob, link: TaskLink): Promise<Ending>;
  close(): Promise<void>;
}

/** Whoever makes a runner from a task's data; `tuned` hears which kernels it chooses, then and later. Throws where this machine cannot. */
export type BuildRunner = (training: Training, tuned: (choice: KernelChoice) => void) => Promise<Runner>;

/** This machine lacks what the study needs (its data, its store): another task of it would fare no better. */
export class UnfitError extends Error {}

/** Trains with one runner, which is built when the first task comes and again where a task wants another. */
export class LocalTrainer implements TaskTrainer {
  private built: { readonly for: string; readonly runner: Promise<Runner>; readonly choices: readonly KernelChoice[] } | null = null;
  private last: { readonly study: string; readonly link: TaskLink } | null = null;

  constructor(
    private readonly build: BuildRunner,
    private readonly openStore: OpenStore,
  ) {}

  async train({ study, task, training, probe }: TaskJob, link: TaskLink): Promise<Ending> {
    const store = this.openStore(study);
    await store.get(probe).catch((error: unknown) => {
      if (!(error instanceof CheckpointError)) throw error;
      throw new UnfitError(`the worker's store is not the study's, or cannot be read: ${error.message}. Give both the same --store`);
    });
    const known = this.last?.study === study;
    this.last = { study, link };
    const before = this.built;
    const { runner, choices } = this.builtFor(training);
    if (!known && before === this.built) for (const choice of choices) link.tuned(choice); // made for another study
    return trainTask(task, await runner, store, link);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private builtFor(training: Training): NonNullable<typeof this.built> {
    const wanted = JSON.stringify(training);
    if (this.built?.for === wanted) return this.built;
    const choices: KernelChoice[] = [];
    const tuned = (choice: KernelChoice): void => {
      choices.push(choice);
      this.last?.link.tuned(choice);
    };
    return (this.built = { for: wanted, runner: this.build(training, tuned), choices });
  }
}
