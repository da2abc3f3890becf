// A fleet in one process: a coordinator over the study's fakes, and workers whose trainers are this process too.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Log, Runner } from '../../src/core/index.js';
import { adapterClass, LocalTrainer, runFleet, runWorker, storeAt, type FleetResult, type KernelChoice } from '../../src/fleet/index.js';
import { createStudy, openJournal, type ListedCheckpointStore, type StudyHandle, type StudyOptions } from '../../src/study/index.js';
import { fakeRunner } from '../study/fakes/fakes.js';
import type { RedisServer } from '../../src/bench/fleet/redis-server.js';

/** Short, so that what died is missed soon; long enough for a machine that is busy with other tests. */
export const LEASE_MS = 4000;
export const STUDY_ID = '0123456789abcdef';

export function facts(adapter = 'fake', slots = 2) {
  const driver = `${adapter} driver`;
  return { version: '0.0.0', adapter, driver, kernels: 'k', adapterClass: adapterClass({ adapter: { name: adapter, driver }, kernels: 'k' }), slots };
}

export interface StartedWorker {
  leave(): void;
  readonly ended: Promise<void>;
}

export async function startWorker(redis: RedisServer, storeFolder: string, options: { readonly adapter?: string; readonly slots?: number; readonly runner?: Runner; readonly choice?: KernelChoice; readonly log?: Log } = {}): Promise<StartedWorker> {
  const openStore = await storeAt(storeFolder);
  const leaving = new AbortController();
  const ended = runWorker(
    {
      redis: redis.target,
      facts: facts(options.adapter, options.slots),
      openTrainer: () =>
        new LocalTrainer((_, tuned) => {
          if (options.choice !== undefined) tuned(options.choice);
          return Promise.resolve(options.runner ?? fakeRunner());
        }, openStore),
      log: options.log ?? { info: () => undefined, warn: () => undefined },
      leaseMs: LEASE_MS,
      lookMs: 500,
    },
    leaving.signal,
  );
  ended.catch(() => undefined);
  onTestFinished(async () => {
    leaving.abort();
    await ended.catch(() => undefined);
  });
  return { leave: () => leaving.abort(), ended };
}

export interface FleetStudy {
  readonly study: StudyHandle;
  readonly store: ListedCheckpointStore;
  readonly result: Promise<FleetResult>;
  interrupt(): void;
}

export async function startFleet(redis: RedisServer, folder: string, parts: Pick<StudyOptions, 'header' | 'strategy' | 'rule'>, options: { readonly pin?: boolean; readonly log?: Log } = {}): Promise<FleetStudy> {
  const store = (await storeAt(join(folder, 'store')))(STUDY_ID);
  const journal = openJournal(join(folder, 'fleet.study'));
  const events = [...journal.read()];
  const study = await createStudy({ ...parts, journal, checkpoints: store });
  const stopping = new AbortController();
  const result = runFleet(study, store, { redis: redis.target, id: STUDY_ID, training: { of: 'fakes' }, events, pin: options.pin ?? false, signal: stopping.signal, ...(options.log === undefined ? {} : { log: options.log }) });
  const ended = result.finally(() => study.close());
  ended.catch(() => undefined);
  onTestFinished(async () => {
    stopping.abort();
    await ended.catch(() => undefined);
  });
  return { study, store, result: ended, interrupt: () => stopping.abort() };
}

/** Waits for a condition; the test's own limit is the only one. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
