// What `search --fleet` takes beside a local search: Redis, a store that workers reach too, and the study's name among them.
import { randomBytes } from 'node:crypto';
import { hashOf, UsageError, type Json, type Log, type StoredEvent } from '../../core/index.js';
import { reachRedis, redisTarget, runFleet, sparingOpenAttempts, storeAt, type FleetResult } from '../../fleet/index.js';
import { foldEvents, type ListedCheckpointStore, type StudyHandle } from '../../study/index.js';
import type { SearchJob } from '../search/job.js';
import type { SearchOptions } from '../search/options.js';
import type { World } from '../world.js';
import { trainingOf } from './training.js';

export interface Fleet {
  /** `events`: what the journal holds already. Throws UsageError where a worker could not have the data. */
  study(job: SearchJob, events: readonly StoredEvent[]): StudyOnFleet;
}

export interface StudyOnFleet {
  readonly store: ListedCheckpointStore;
  /** For the header of a study that begins. */
  readonly environment: { readonly [name: string]: Json };
  run(study: StudyHandle, context: { readonly signal: AbortSignal; readonly log: Log }): Promise<FleetResult>;
}

/** Throws UsageError where something is missing, contradictory or out of reach. */
export async function fleetOf(options: SearchOptions, { terminal }: World): Promise<Fleet> {
  const { fleet, store, redisPasswordFile } = options;
  const pin = options.pin === true;
  const redis = redisTarget({ option: '--fleet', ...(typeof fleet === 'string' ? { url: fleet } : {}), ...(redisPasswordFile === undefined ? {} : { passwordFile: redisPasswordFile }) }, terminal.env);
  const openStore = await storeAt(givenStore(store, 'the coordinator and all workers share'));
  await reachRedis(redis);
  return {
    study(job, events) {
      const id = fleetId(events[0]);
      const training = trainingOf(options, job, pin);
      const place = openStore(id);
      return {
        store: sparingOpenAttempts(place, foldEvents(events)),
        environment: { adapter: { name: 'a fleet' }, fleet: id },
        run: (study, context) => runFleet(study, place, { redis, id, training, events, pin, ...context }),
      };
    },
  };
}

export function givenStore(store: string | undefined, whose: string): string {
  if (store !== undefined) return store;
  throw new UsageError(`expected --store, a folder or s3://BUCKET/PREFIX that ${whose}: checkpoints go there, so that a trial can go on on another machine`);
}

/** The study's name in Redis and in the store: drawn once, and kept in its header; a study that began on one machine is named after its first event. */
function fleetId(first: StoredEvent | undefined): string {
  if (first === undefined) return randomBytes(8).toString('hex');
  const known = first.type === 'study' ? first.header.environment['fleet'] : undefined;
  return typeof known === 'string' && /^[0-9a-f]{16}$/.test(known) ? known : hashOf(first).slice(0, 16);
}
