// The training process's side: tasks come by the parent's channel, one at a time. It ends with its parent, however that ends, so that no
// device is held by a process that nobody listens to.
import { messageOf } from '../core/index.js';
import { parseTask, type Answer } from './protocol.js';
import type { OpenStore } from './store.js';
import type { TaskLink } from './train-task.js';
import { LocalTrainer, UnfitError, type BuildRunner } from './trainer.js';
import type { FromTrainer, ToTrainer, TrainerFacts } from './trainer-process.js';

/** Serves until the parent is gone. */
export function serveTasks(facts: TrainerFacts, build: BuildRunner, openStore: OpenStore): Promise<never> {
  const trainer = new LocalTrainer(build, openStore);
  const waiting = new Map<number, (answer: Answer) => void>();
  let current: { readonly stop: AbortController; readonly drain: AbortController } | null = null;
  let asked = 0;

  const ask = (message: (n: number) => FromTrainer): Promise<Answer> =>
    new Promise((resolve) => {
      const n = ++asked;
      waiting.set(n, resolve);
      tell(message(n));
    });

  const train = async (data: unknown): Promise<void> => {
    const stop = new AbortController();
    const drain = new AbortController();
    current = { stop, drain };
    const link: TaskLink = {
      stopped: stop.signal,
      draining: drain.signal,
      report: (report) => ask((n) => ({ type: 'report', n, report })),
      lost: async (from, message) => void (await ask((n) => ({ type: 'lost', n, from, message }))),
      tuned: (choice) => tell({ type: 'tuned', choice }),
      complain: (message) => tell({ type: 'complain', message }),
    };
    try {
      tell({ type: 'ending', ending: await trainer.train(parseTask(data), link) });
    } catch (error) {
      if (error instanceof UnfitError) return tell({ type: 'unfit', message: error.message });
      process.stderr.write(`trainer: ${messageOf(error)}\n`);
      process.exit(1); // a lost device, or a bug: whatever it holds goes with the process
    }
  };

  process.on('message', (message: ToTrainer) => {
    switch (message.type) {
      case 'train':
        return void train(message.job);
      case 'stop':
        return current?.stop.abort();
      case 'drain':
        return current?.drain.abort();
      case 'answer':
        waiting.get(message.n)?.(message.answer);
        waiting.delete(message.n);
    }
  });
  process.on('disconnect', () => process.exit(0));
  // Signals to the whole group (Ctrl-C) are the parent's to act on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  tell({ type: 'ready', ...facts });
  return new Promise<never>(() => undefined);
}

/** A parent that is gone needs no answer: `disconnect` ends this process. */
function tell(message: FromTrainer): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
