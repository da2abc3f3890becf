// The coordinator's view of BullMQ: a queue for each adapter class, a job for each attempt. A job whose worker has not renewed its lease
// fails at once: it is never delivered twice, since the next attempt is another job with another number. Jobs leave nothing behind.
import { Queue, Worker as BullWorker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../core/index.js';
import type { RedisTarget } from './connection.js';
import { keys, PREFIX, taskData, type TaskJob } from './protocol.js';

export interface QueuesOptions {
  readonly redis: RedisTarget;
  readonly log: Log;
}

/** A lease that ran out is seen at the second look after, so within twice a lease of 4 s or more. */
const LOOK_MS = 2000;

interface Opened {
  readonly queue: Queue;
  /** Takes no job: it only looks for stalled ones. */
  readonly watch: BullWorker;
}

export class Queues {
  private readonly opened = new Map<string, Opened>();

  constructor(
    private readonly redis: Redis,
    private readonly options: QueuesOptions,
  ) {}

  /** Also those that earlier coordinators filled. */
  async openKnown(): Promise<void> {
    for (const adapterClass of await this.redis.smembers(keys.classes)) this.open(adapterClass);
  }

  async add(adapterClass: string, job: TaskJob): Promise<void> {
    const { study, task } = job;
    await this.redis.sadd(keys.classes, adapterClass);
    await this.open(adapterClass).queue.add('task', taskData(job), { jobId: keys.job(study, task.trial, task.attempt), attempts: 1, removeOnComplete: true, removeOnFail: true });
  }

  /** Null where no worker has the job and none will get it. */
  async find(jobId: string): Promise<{ readonly adapterClass: string; readonly waiting: boolean } | null> {
    for (const [adapterClass, { queue }] of this.opened) {
      const state = await queue.getJobState(jobId);
      if (state === 'active') return { adapterClass, waiting: false };
      if (state === 'waiting' || state === 'prioritized' || state === 'delayed') return { adapterClass, waiting: true };
    }
    return null;
  }

  /** False where a worker has taken it just now. */
  async takeBack(adapterClass: string, jobId: string): Promise<boolean> {
    try {
      return (await this.open(adapterClass).queue.remove(jobId)) === 1;
    } catch {
      return false; // locked
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.opened.values()].flatMap(({ queue, watch }) => [queue.close(), watch.close(true)]));
  }

  private open(adapterClass: string): Opened {
    const known = this.opened.get(adapterClass);
    if (known !== undefined) return known;
    const { redis, log } = this.options;
    const common = { connection: { ...redis.options, maxRetriesPerRequest: null, retryStrategy: () => 1000 }, prefix: PREFIX };
    const name = keys.queue(adapterClass);
    const queue = new Queue(name, { ...common, streams: { events: { maxLen: 100 } } });
    const watch = new BullWorker(name, null, { ...common, autorun: false, maxStalledCount: 0, stalledInterval: LOOK_MS });
    // The shared connection says when Redis is away.
    queue.on('error', () => undefined);
    watch.on('error', () => undefined);
    void watch.startStalledCheckTimer().catch((error: unknown) => log.warn(`queue ${name}: ${String(error)}`));
    const opened = { queue, watch };
    this.opened.set(adapterClass, opened);
    return opened;
  }
}
