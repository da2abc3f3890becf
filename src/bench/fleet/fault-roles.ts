// The processes that the bench of faults breaks: a coordinator, workers, and their trainers, over the simulated search. A worker writes down
// what it was answered, so that the referee can compare both sides' accounts of late reports.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, silentLog } from '../../core/index.js';
import { redisTarget, runFleet, runWorker, serveTasks, sparingOpenAttempts, storeAt, TrainerProcess, type OpenStore, type TaskTrainer } from '../../fleet/index.js';
import { createStudy, foldEvents, openJournal } from '../../study/index.js';
import { buildSimulated, SIMULATED_ID, simulatedFacts, simulatedParts, simulatedTraining, type Simulated } from './simulated.js';

export const LEASE_MS = 4000;

/** Files of a round, by what they are. */
export const filesIn = (folder: string) => ({ study: join(folder, 'faults.study'), store: join(folder, 'store'), full: join(folder, 'store-is-full'), stale: join(folder, 'stale.log') });

/** Until the search has ended. */
export async function coordinate(url: string, folder: string, search: Simulated): Promise<void> {
  const { study: file } = filesIn(folder);
  const place = (await storeAt(filesIn(folder).store))(SIMULATED_ID);
  const journal = openJournal(file);
  const events = [...journal.read()];
  const study = await createStudy({ ...simulatedParts(search), journal, checkpoints: sparingOpenAttempts(place, foldEvents(events)) });
  const redis = redisTarget({ url, option: '--fleet' }, {});
  await runFleet(study, place, { redis, id: SIMULATED_ID, training: simulatedTraining(search), events, pin: true, signal: new AbortController().signal });
  await study.close();
}

/** Until it is killed. */
export function work(url: string, folder: string, program: readonly string[]): Promise<void> {
  const start = () => spawn(process.execPath, [...program, 'trainer'], { stdio: ['ignore', 2, 2, 'ipc'] });
  const openTrainer = (): TaskTrainer => witnessed(new TrainerProcess(start), filesIn(folder).stale);
  return runWorker({ redis: redisTarget({ url, option: '--queue' }, {}), facts: simulatedFacts(1), openTrainer, log: silentLog, leaseMs: LEASE_MS, lookMs: 1000 }, new AbortController().signal);
}

export async function train(folder: string): Promise<void> {
  const { store, full } = filesIn(folder);
  await serveTasks({ adapter: { name: 'simulated' }, kernels: '' }, buildSimulated, fillable(await storeAt(store), full));
}

/** While the file `full` exists, the store takes nothing. */
function fillable(open: OpenStore, full: string): OpenStore {
  return (study) => {
    const store = open(study);
    return {
      put: (key, bytes) => (existsSync(full) ? Promise.reject(new CheckpointError(`${key}: disk full (simulated)`)) : store.put(key, bytes)),
      get: (ref) => store.get(ref),
      delete: (key) => store.delete(key),
      list: () => store.list(),
    };
  };
}

function witnessed(trainer: TaskTrainer, file: string): TaskTrainer {
  return {
    close: () => trainer.close(),
    train: (job, link) =>
      trainer.train(job, {
        ...link,
        report: async (report) => {
          const answer = await link.report(report);
          if (answer.word === 'stale') appendFileSync(file, `${job.task.trial}-${report.attempt}-${report.epoch}\n`);
          return answer;
        },
      }),
  };
}
