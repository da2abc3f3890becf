// Who is there: each worker writes what it is and does under a key that expires, so a worker that died is gone from the list without
// anybody's doing. Nothing is decided by it but how many tasks are worth handing out.
import os from 'node:os';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { keys, PROTOCOL_VERSION } from './protocol.js';

const BEAT_MS = 2000;
const EXPIRES_S = 10;

const whole = z.number().int().min(0);
/** Loose: the list shows workers of other versions too, so that they can be told. */
const record = z.looseObject({
  id: z.string(),
  protocol: whole,
  version: z.string(),
  host: z.string(),
  pid: whole,
  adapter: z.string(),
  driver: z.string(),
  kernels: z.string(),
  adapterClass: z.string(),
  slots: whole,
  tasks: z.array(z.looseObject({ study: z.string(), trial: whole, attempt: whole, epoch: whole })),
  epochsPerSecond: z.number(),
  /** The last thing it said, and when (milliseconds since 1970). */
  word: z.string(),
  beat: z.number(),
});

export type WorkerRecord = z.infer<typeof record>;
export type WorkerFacts = Pick<WorkerRecord, 'id' | 'version' | 'adapter' | 'driver' | 'kernels' | 'adapterClass' | 'slots'>;
export type WorkerActivity = Pick<WorkerRecord, 'tasks' | 'epochsPerSecond' | 'word'>;

/** Announces until it is ended; a change is told with the next beat. */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private leaving = false;

  constructor(
    private readonly redis: Redis,
    private readonly facts: WorkerFacts,
    private readonly activity: () => WorkerActivity,
  ) {}

  async start(): Promise<void> {
    await this.beat();
    // Beats of the past are of no use when a server that was away is back.
    this.timer = setInterval(() => void (this.redis.status === 'ready' && this.beat().catch(() => undefined)), BEAT_MS);
  }

  /** No more tasks for this one: to be known before it hands any back. */
  async leave(): Promise<void> {
    this.leaving = true;
    await this.beat();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    const { id } = this.facts;
    await this.redis.multi().del(keys.worker(id), keys.down(id)).srem(keys.workers, id).exec();
  }

  private async beat(): Promise<void> {
    const { id, slots } = this.facts;
    const now: WorkerRecord = { ...this.facts, ...this.activity(), slots: this.leaving ? 0 : slots, protocol: PROTOCOL_VERSION, host: os.hostname(), pid: process.pid, beat: Date.now() };
    await this.redis.multi().set(keys.worker(id), JSON.stringify(now), 'EX', EXPIRES_S).sadd(keys.workers, id).exec();
  }
}

/** The workers that are alive, by host and number. What has expired is struck off; a record that cannot be read is passed over. */
export async function listWorkers(redis: Redis): Promise<WorkerRecord[]> {
  const ids = await redis.smembers(keys.workers);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map(keys.worker));
  const dead = ids.filter((_, i) => texts[i] === null);
  if (dead.length > 0) await redis.srem(keys.workers, ...dead);
  const alive = texts.flatMap((text) => recordIn(text ?? null) ?? []);
  return alive.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.pid - b.pid));
}

function recordIn(text: string | null): WorkerRecord | null {
  try {
    return text === null ? null : record.parse(JSON.parse(text));
  } catch {
    return null; // whoever wrote it, it must not end everybody's search
  }
}
