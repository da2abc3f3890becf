// Training in a process of its own: however long Dawn or a driver keeps its event loop busy, the worker's locks are renewed and a freeze
// is heard. The process is kept from task to task, ended where it does not stop in time, and made again when it is next needed.
import type { ChildProcess } from 'node:child_process';
import type { CheckpointRef, EpochReport, Json } from '../core/index.js';
import { DeviceLostError } from '../core/index.js';
import type { Answer, KernelChoice, TaskJob } from './protocol.js';
import { taskData } from './protocol.js';
import type { Ending, TaskLink } from './train-task.js';
import { UnfitError, type TaskTrainer } from './trainer.js';

/** A freeze must free the device within 2 s, a running epoch or not. */
const STOP_MS = 1500;

export interface TrainerFacts {
  readonly adapter: { readonly name: string; readonly [key: string]: Json };
  /** Of all kernels of this version. */
  readonly kernels: string;
}

/** To the process. `n` pairs answers with what was asked. */
export type ToTrainer =
  | { readonly type: 'train'; readonly job: ReturnType<typeof taskData> }
  | { readonly type: 'answer'; readonly n: number; readonly answer: Answer }
  | { readonly type: 'stop' }
  | { readonly type: 'drain' };

export type FromTrainer =
  | ({ readonly type: 'ready' } & TrainerFacts)
  | { readonly type: 'report'; readonly n: number; readonly report: EpochReport }
  | { readonly type: 'lost'; readonly n: number; readonly from: CheckpointRef & { readonly epoch: number }; readonly message: string }
  | { readonly type: 'tuned'; readonly choice: KernelChoice }
  | { readonly type: 'complain'; readonly message: string }
  | { readonly type: 'ending'; readonly ending: Ending }
  | { readonly type: 'unfit'; readonly message: string };

export class TrainerProcess implements TaskTrainer {
  private child: ChildProcess | null = null;

  /** `start` forks a process that serves tasks (`serveTasks`). */
  constructor(private readonly start: () => ChildProcess) {}

  /** Opens the device. Throws DeviceLostError with the process's own words where it does not come up. */
  facts(): Promise<TrainerFacts> {
    const child = this.process();
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new DeviceLostError(`the trainer ended with ${String(code)} before it was ready; its words are above, and \`foretell doctor\` says what is missing`)));
      child.on('message', (message: FromTrainer) => {
        if (message.type === 'ready') resolve({ adapter: message.adapter, kernels: message.kernels });
      });
    });
  }

  train(job: TaskJob, link: TaskLink): Promise<Ending> {
    const child = this.process();
    const tell = (message: ToTrainer): void => void (child.connected && child.send(message));
    return new Promise((resolve, reject) => {
      let killing: NodeJS.Timeout | undefined;
      let ended = false;
      // What was killed trains no more. Its end may take longer (Mesa's cache thread waits for a core at least priority), and is nobody's to wait for.
      const killSoon = (): void => {
        if (ended) return; // an answer that comes after the trial failed: the process may have the next one by then
        killing ??= setTimeout(() => {
          this.kill();
          end(() => resolve({ end: 'over' }));
        }, STOP_MS);
      };
      const stop = (): void => {
        tell({ type: 'stop' });
        killSoon();
      };
      const drain = (): void => tell({ type: 'drain' });
      const hear = (message: FromTrainer): void => {
        switch (message.type) {
          case 'report':
            void link.report(reportFrom(message.report)).then((answer) => {
              tell({ type: 'answer', n: message.n, answer });
              if (answer.word !== 'go-on') killSoon();
            });
            return;
          case 'lost':
            return void link.lost(message.from, message.message).then(() => tell({ type: 'answer', n: message.n, answer: { word: 'go-on' } }));
          case 'tuned':
            return link.tuned(message.choice);
          case 'complain':
            return link.complain(message.message);
          case 'ending':
            return end(() => resolve(message.ending));
          case 'unfit':
            return end(() => reject(new UnfitError(message.message)));
          case 'ready':
            return;
        }
      };
      const gone = (code: number | null, signal: string | null): void => {
        const ours = killing !== undefined;
        end(() => resolve(ours ? { end: 'over' } : { end: 'handed-back', reason: `the trainer's process ended with ${code ?? signal ?? 'unknown'}`, fault: true }));
      };
      const end = (settle: () => void): void => {
        ended = true;
        clearTimeout(killing);
        child.off('message', hear);
        child.off('exit', gone);
        link.stopped.removeEventListener('abort', stop);
        link.draining.removeEventListener('abort', drain);
        settle();
      };
      child.on('message', hear);
      child.once('exit', gone);
      link.stopped.addEventListener('abort', stop, { once: true });
      link.draining.addEventListener('abort', drain, { once: true });
      tell({ type: 'train', job: taskData(job) });
      if (link.stopped.aborted) stop();
      if (link.draining.aborted) drain();
    });
  }

  async close(): Promise<void> {
    const child = this.child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.kill();
    await gone;
  }

  private kill(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  private process(): ChildProcess {
    if (this.child !== null) return this.child;
    const child = this.start();
    // One that did not start, or whose channel broke, is as good as gone.
    child.once('error', () => child.emit('exit', null, 'error'));
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    this.child = child;
    return child;
  }
}

/** JSON cannot say NaN. */
function reportFrom(report: EpochReport): EpochReport {
  return { ...report, value: (report.value as number | null) ?? NaN };
}
