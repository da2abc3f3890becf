// A worker: takes tasks from its adapter class's queue, has each trained by a trainer of its own, and carries words between it and the
// coordinator. BullMQ delivers and keeps the lease; this process trains nothing itself, so its locks are renewed in time.
import { randomUUID } from 'node:crypto';
import { Worker as BullWorker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { messageOf, UsageError, type Log } from '../core/index.js';
import { openRedis, type RedisTarget } from './connection.js';
import { keys, parseTask, PREFIX, sayingOf, type Sender, type TaskJob } from './protocol.js';
import { Heartbeat, type WorkerFacts } from './roster.js';
import { TaskDesk, type HeldTask } from './task-desk.js';
import type { Ending, TaskLink } from './train-task.js';
import { UnfitError, type TaskTrainer } from './trainer.js';
import { Uplink } from './uplink.js';

export interface FleetWorkerOptions {
  readonly redis: RedisTarget;
  readonly facts: Omit<WorkerFacts, 'id'>;
  /** One for each slot, when it is first needed. */
  readonly openTrainer: () => TaskTrainer;
  readonly log: Log;
  /** A task whose worker has not been heard of for so long is given to another: 4000 or more. */
  readonly leaseMs: number;
  /** Between looks at an unanswered question. */
  readonly lookMs?: number;
  /** For running epochs when the worker leaves. */
  readonly drainMs?: number;
}

const DRAIN_MS = 20_000;
/** For Redis, when the worker ends. */
const GOODBYE_MS = 1000;

/** Works until `signal` aborts (then it ends its epochs and hands its trials back). Throws UsageError where a coordinator refuses it, UnfitError where it cannot train what it was given. */
export async function runWorker(options: FleetWorkerOptions, signal: AbortSignal): Promise<void> {
  const worker = new FleetWorker(options);
  const leave = (): void => worker.leave(null);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    await worker.run();
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

class FleetWorker {
  private readonly id: string = randomUUID();
  private readonly redis: Redis;
  private readonly reading: Redis;
  private readonly uplink: Uplink;
  private readonly desk = new TaskDesk();
  private readonly idle: TaskTrainer[] = [];
  private readonly draining = new AbortController();
  private readonly left: Promise<void>;
  private leaveNow: () => void = () => undefined;
  private fault: Error | null = null;

  constructor(private readonly options: FleetWorkerOptions) {
    const { redis, log, lookMs } = options;
    this.redis = openRedis(redis, log);
    this.reading = openRedis(redis, { info: () => undefined, warn: () => undefined });
    this.left = new Promise((resolve) => (this.leaveNow = resolve));
    this.uplink = new Uplink(this.redis, this.reading, { worker: this.id, log, ...(lookMs === undefined ? {} : { lookMs }) }, (message) => {
      if (message.type === 'refuse') this.leave(new UsageError(message.message));
      else this.desk.stop(message.study, message.trial, message.attempt);
    });
  }

  async run(): Promise<void> {
    const { redis, facts, leaseMs } = this.options;
    const heartbeat = new Heartbeat(this.redis, { ...facts, id: this.id }, () => this.desk.activity());
    const queue = new BullWorker(keys.queue(facts.adapterClass), (job) => this.process(job), {
      connection: { ...redis.options, maxRetriesPerRequest: null, retryStrategy: () => 1000 },
      prefix: PREFIX,
      concurrency: facts.slots,
      lockDuration: leaseMs,
      lockRenewTime: leaseMs / 3,
      skipStalledCheck: true, // the coordinator's, which alone may give a trial away
      autorun: false,
    });
    queue.on('error', (error) => this.desk.say(`queue: ${error.message}`));
    void this.uplink.listen();
    await heartbeat.start();
    const running = queue.run();
    await this.left;
    await withLimit(heartbeat.leave(), GOODBYE_MS);
    this.draining.abort();
    await withLimit(queue.close(), this.options.drainMs ?? DRAIN_MS);
    await withLimit(Promise.all([queue.close(true), running]), GOODBYE_MS);
    this.uplink.close();
    await withLimit(heartbeat.end(), GOODBYE_MS);
    await Promise.all(this.idle.map((trainer) => trainer.close()));
    await Promise.all(this.desk.held().map(({ trainer }) => trainer.close()));
    this.redis.disconnect();
    this.reading.disconnect();
    if (this.fault !== null) throw this.fault;
  }

  leave(fault: Error | null): void {
    this.fault ??= fault;
    this.leaveNow();
  }

  private async process(job: Job<unknown>): Promise<void> {
    const parsed = parseTask(job.data); // what is none fails, and the coordinator sees that nobody trains it
    const trainer = this.idle.pop() ?? this.options.openTrainer();
    const held = this.desk.take(parsed, trainer);
    try {
      await this.train(parsed, held);
    } finally {
      this.desk.leave(held);
      this.idle.push(trainer);
    }
  }

  private async train(job: TaskJob, held: HeldTask): Promise<void> {
    const { study, task } = job;
    const { adapterClass, adapter } = this.options.facts;
    const sender: Sender = { worker: this.id, adapterClass, adapter, trial: task.trial, attempt: task.attempt };
    const link: TaskLink = {
      stopped: held.stopped,
      draining: this.draining.signal,
      report: async (report) => {
        const answer = await this.uplink.ask(study, sender, sayingOf(report), held.stopped);
        if (answer.word === 'stale') this.desk.say(`trial ${task.trial}, epoch ${report.epoch} was refused: ${answer.message}`);
        else this.desk.trained(held, report.epoch);
        return answer;
      },
      lost: async ({ epoch, key }, message) => void (await this.uplink.ask(study, sender, { type: 'checkpoint-lost', epoch, key, message }, held.stopped)),
      tuned: (choice) => void this.uplink.ask(study, sender, { type: 'tuned', choice }, held.done),
      complain: (message) => {
        this.desk.say(message);
        this.options.log.warn(message);
      },
    };
    // Not waited for: the coordinator answers when it can, and a task that is nobody's any more is stopped then.
    void this.uplink.ask(study, sender, { type: 'hello' }, held.done).then(({ word }) => word === 'go-on' || held.stop());
    const ending = await this.ending(job, held, link);
    if (ending.end === 'failed') await this.uplink.ask(study, sender, { type: 'failed', failure: ending.failure });
    if (ending.end === 'handed-back') await this.uplink.ask(study, sender, { type: 'handed-back', reason: ending.reason, fault: ending.fault });
  }

  private async ending(job: TaskJob, held: HeldTask, link: TaskLink): Promise<Ending> {
    try {
      return await held.trainer.train(job, link);
    } catch (error) {
      link.complain(`trial ${job.task.trial}: ${messageOf(error)}`);
      if (error instanceof UnfitError) this.leave(error);
      return { end: 'handed-back', reason: messageOf(error), fault: !(error instanceof UnfitError) };
    }
  }
}

/** What is not done in time is left as it is. */
async function withLimit(work: Promise<unknown>, ms: number): Promise<void> {
  const limit = new Promise((resolve) => setTimeout(resolve, ms).unref());
  await Promise.race([work.catch(() => undefined), limit]);
}
