// The processes that the bench of faults breaks: a coordinator, workers, and their trainers, over the simulated search or a tiny
// real one. A worker writes down what it said and was answered, so that the referee can compare both sides' accounts of late reports.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, silentLog } from '../../core/index.js';
import { adapterClass, redisTarget, runFleet, runWorker, serveTasks, sparingOpenAttempts, storeAt, TrainerProcess, type OpenStore, type TaskTrainer, type TrainerFacts } from '../../fleet/index.js';
import { createStudy, foldEvents, openJournal } from '../../study/index.js';
import { writingDown } from './late.js';
import { buildSimulated, SIMULATED_ID, simulatedParts, simulatedTraining, type Simulated } from './simulated.js';
import { openTiny, tinyParts, tinyTraining, type TinySearch } from './tiny.js';
import { witnessed } from './witness.js';

export const LEASE_MS = 4000;
export const SIMULATED_DEVICE: TrainerFacts = { adapter: { name: 'simulated' }, kernels: '' };

/** Files of a round, by what they are. */
export const filesIn = (folder: string) => ({ study: join(folder, 'faults.study'), store: join(folder, 'store'), full: join(folder, 'store-is-full'), said: join(folder, 'said.jsonl') });

export type FaultsSearch = Simulated & TinySearch;

/** Until the search has ended. `real`: it trains. */
export async function coordinate(url: string, folder: string, search: FaultsSearch, real: boolean): Promise<void> {
  const { study: file } = filesIn(folder);
  const place = (await storeAt(filesIn(folder).store))(SIMULATED_ID);
  const journal = openJournal(file);
  const events = [...journal.read()];
  const parts = real ? tinyParts(search) : simulatedParts(search);
  const study = await createStudy({ ...parts, journal, checkpoints: sparingOpenAttempts(place, foldEvents(events)) });
  const redis = redisTarget({ url, option: '--fleet' }, {});
  const training = real ? tinyTraining(search) : simulatedTraining(search);
  await runFleet(study, place, { redis, id: SIMULATED_ID, training, events, pin: true, signal: new AbortController().signal });
  await study.close();
}

/** Until it is killed. */
export function work(url: string, folder: string, device: TrainerFacts, program: readonly string[]): Promise<void> {
  const heard = writingDown(filesIn(folder).said);
  const facts = { version: '0', adapter: device.adapter.name, driver: '', kernels: device.kernels, adapterClass: adapterClass(device), slots: 1 };
  const openTrainer = (): TaskTrainer => witnessed(new TrainerProcess(() => spawn(process.execPath, program, { stdio: ['ignore', 2, 2, 'ipc'] })), heard);
  return runWorker({ redis: redisTarget({ url, option: '--queue' }, {}), facts, openTrainer, log: silentLog, leaseMs: LEASE_MS, lookMs: 1000 }, new AbortController().signal);
}

export async function train(folder: string, real: boolean): Promise<void> {
  const { store, full } = filesIn(folder);
  const { facts, build } = real ? await openTiny() : { facts: SIMULATED_DEVICE, build: buildSimulated };
  await serveTasks(facts, build, fillable(await storeAt(store), full));
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
