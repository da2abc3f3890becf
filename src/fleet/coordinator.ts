// The study's caller for a fleet: asks as long as workers have room, makes a job of each task, and answers what workers say. The journal is
// the truth and Redis carries work in flight: every second what the journal holds open is compared with what the queues hold, and an attempt
// that nobody trains (its worker died, Redis lost it, a coordinator died before it was queued) is given out again under the next number.
// A coordinator that is started again takes over what is still being trained by the same comparison.
import type { Redis } from 'ioredis';
import { messageOf, silentLog, StudyError, type CheckpointRef, type Log, type StoredEvent, type Task } from '../core/index.js';
import { isWorking, runningTrials, type ListedCheckpointStore, type StudyHandle } from '../study/index.js';
import { Answering } from './answering.js';
import { Attempts } from './attempts.js';
import { openRedis, type RedisTarget } from './connection.js';
import { Inbox } from './inbox.js';
import { KernelChoices } from './kernel-choices.js';
import { Placement } from './placement.js';
import { keys, PROTOCOL_VERSION, type DownMessage, type Training } from './protocol.js';
import { Queues } from './queues.js';
import { listWorkers, type WorkerRecord } from './roster.js';
import { DOWN_LENGTH } from './uplink.js';

export interface FleetOptions {
  readonly redis: RedisTarget;
  /** Identifies the study in Redis and in the store: 16 hexadecimal digits, the same whenever it is taken up. */
  readonly id: string;
  /** What a worker needs to know to train a candidate. */
  readonly training: Training;
  /** What the journal holds, for who trained what on which kernels. */
  readonly events: readonly StoredEvent[];
  /** A trial stays on the adapter class that it began on. */
  readonly pin: boolean;
  readonly signal: AbortSignal;
  readonly log?: Log;
}

export interface FleetResult {
  readonly interrupted: boolean;
  /** Journaled by this run. */
  readonly epochs: number;
  /** Reports of attempts that had been given away, refused. */
  readonly late: number;
}

const RECONCILE_MS = 1000;
const WAIT_MS = 250;
const GOODBYE_MS = 3000;
const DOWN_EXPIRES_S = 3600;

/** Until the study is done or `signal` aborts; then every trial is handed back and its worker told. `store` is where the workers' lies. */
export async function runFleet(study: StudyHandle, store: ListedCheckpointStore, options: FleetOptions): Promise<FleetResult> {
  const probe = await store.put('probe', new TextEncoder().encode(options.id));
  const coordinator = new Coordinator(study, store, options, probe);
  try {
    return await coordinator.run();
  } finally {
    await coordinator.close();
  }
}

class Coordinator {
  private readonly log: Log;
  private readonly redis: Redis;
  private readonly reading: Redis;
  private readonly queues: Queues;
  private readonly inbox: Inbox;
  private readonly attempts: Attempts;
  private readonly choices: KernelChoices;
  private readonly answering: Answering;
  private readonly placement: Placement;
  private readonly refused = new Set<string>();
  private reconciled = 0;
  /** The journal's length when the strategy last said that it waits. */
  private waited = -1;
  private alone = false;

  constructor(
    private readonly study: StudyHandle,
    private readonly store: ListedCheckpointStore,
    private readonly options: FleetOptions,
    private readonly probe: CheckpointRef,
  ) {
    const { redis, id, events, pin, log = silentLog } = options;
    this.log = log;
    this.redis = openRedis(redis, log);
    this.reading = openRedis(redis, silentLog);
    this.queues = new Queues(this.redis, { ...options, log });
    this.inbox = new Inbox(this.reading, id, log);
    this.attempts = new Attempts(study, events);
    this.choices = new KernelChoices(study, events);
    this.answering = new Answering(study, store, this.attempts, log);
    this.placement = new Placement(pin, (trial) => this.attempts.classOf(trial));
  }

  async run(): Promise<FleetResult> {
    const unlisten = this.study.interrupts((trial, attempt) => this.stop(trial, attempt));
    try {
      await this.orAborted(this.work());
    } finally {
      unlisten();
      await within(GOODBYE_MS, this.leave());
    }
    return { interrupted: this.study.state.ended === null, ...this.answering.counts };
  }

  async close(): Promise<void> {
    await within(GOODBYE_MS, this.queues.close());
    this.redis.disconnect();
    this.reading.disconnect();
  }

  private async work(): Promise<void> {
    await this.queues.openKnown();
    // What workers said while nobody listened counts, before anything is given away.
    for (let letters = await this.serve(0); letters > 0; ) letters = await this.serve(0);
    while (this.study.state.ended === null && !this.options.signal.aborted) {
      if (Date.now() - this.reconciled >= RECONCILE_MS) await this.reconcile();
      if (!(await this.fill())) return;
      await this.serve(WAIT_MS);
    }
  }

  /** Returns how many letters there were. */
  private async serve(waitMs: number): Promise<number> {
    const letters = await this.inbox.next(waitMs);
    if (letters.length === 0) return 0;
    const replies = this.redis.pipeline();
    for (const { entry, message } of letters) {
      if (this.options.signal.aborted) break;
      if (message !== null) this.post(replies, message.worker, { type: 'answer', id: message.id, answer: message.type === 'tuned' ? await this.choices.hear(message) : await this.answering.answer(message) });
      replies.xdel(keys.up(this.options.id), entry);
      if (message?.type === 'handed-back') this.reconciled = 0; // its worker may be leaving: look before anything goes out
    }
    await replies.exec();
    this.placement.keep(this.openAttempts());
    return letters.length;
  }

  /** False where the study is done. */
  private async fill(): Promise<boolean> {
    while (this.placement.room() > 0 && this.waited !== this.study.state.seq && !this.options.signal.aborted) {
      const answer = await this.study.ask({ worker: 'fleet' });
      if (answer.action === 'done') return false;
      if (answer.action === 'wait') {
        this.waited = this.study.state.seq;
        if (this.openAttempts().size === 0) throw new StudyError('the strategy waits although nothing is being trained; it must propose something or be done');
        return true;
      }
      await this.handOut(answer.task);
    }
    return true;
  }

  private async handOut(task: Task): Promise<void> {
    const adapterClass = this.placement.place(task.trial);
    if (adapterClass === null) return this.study.release(task.trial, task.attempt);
    const { id: study, training } = this.options;
    this.placement.opened(this.jobOf(task), adapterClass);
    await this.queues.add(adapterClass, { study, task, training, probe: this.probe });
  }

  private async reconcile(): Promise<void> {
    this.reconciled = Date.now();
    const workers = await listWorkers(this.redis);
    await this.refuseStrangers(workers);
    const ours = workers.filter(({ protocol }) => protocol === PROTOCOL_VERSION);
    this.placement.see(ours);
    if (ours.length === 0 && !this.alone) this.log.info(`no worker yet: foretell worker --queue ${this.options.redis.name}`);
    this.alone = ours.length === 0;
    for (const trial of runningTrials(this.study.state).filter(isWorking)) await this.compare({ trial: trial.id, attempt: trial.attempt });
    this.placement.keep(this.openAttempts());
  }

  private async compare(held: Pick<Task, 'trial' | 'attempt'>): Promise<void> {
    const job = this.jobOf(held);
    const found = await this.queues.find(job);
    if (found !== null) {
      this.placement.opened(job, found.adapterClass);
      if (!found.waiting || !this.placement.deserted(found.adapterClass) || !(await this.queues.takeBack(found.adapterClass, job))) return;
    }
    this.log.info(`trial ${held.trial}: nobody trains attempt ${held.attempt} any more, it goes on elsewhere`);
    await this.study.release(held.trial, held.attempt);
  }

  private async refuseStrangers(workers: readonly WorkerRecord[]): Promise<void> {
    for (const { id, protocol, version, host } of workers) {
      if (protocol === PROTOCOL_VERSION || this.refused.has(id)) continue;
      this.refused.add(id);
      this.log.warn(`worker ${id} on ${host} is refused: it speaks fleet protocol ${protocol} (foretell ${version}), this coordinator ${PROTOCOL_VERSION}`);
      const message = `refused by the coordinator: expected fleet protocol ${PROTOCOL_VERSION}, got ${protocol} (foretell ${version}); install the coordinator's version here`;
      await this.post(this.redis.pipeline(), id, { type: 'refuse', message }).exec();
    }
  }

  private stop(trial: number, attempt: number): void {
    const worker = this.attempts.workerOf(trial, attempt);
    if (worker === undefined) return; // not begun: its hello is answered `over`
    const sent = this.post(this.redis.pipeline(), worker, { type: 'stop', study: this.options.id, trial, attempt }).exec();
    sent.catch((error: unknown) => this.log.warn(`trial ${trial} could not be stopped at once: ${messageOf(error)}`));
  }

  /** Ended or interrupted: nobody goes on training, nothing stays in the queues. */
  private async leave(): Promise<void> {
    const held = runningTrials(this.study.state).filter(isWorking);
    for (const { id, attempt } of held) {
      this.stop(id, attempt);
      await this.study.release(id, attempt).catch((error: unknown) => this.log.warn(`trial ${id} could not be handed back: ${messageOf(error)}; the next run takes it over`));
    }
    for (const { id, attempt } of held) await this.takeBack(this.jobOf({ trial: id, attempt }));
    if (this.study.state.ended !== null) await this.tidy();
  }

  private async takeBack(job: string): Promise<void> {
    const found = await this.queues.find(job);
    if (found?.waiting === true) await this.queues.takeBack(found.adapterClass, job);
  }

  /** Of a study that has ended: whoever still asks is told, and checkpoints that no trial names are deleted. */
  private async tidy(): Promise<void> {
    await this.serve(0);
    await this.redis.del(keys.up(this.options.id));
    const named = new Set(this.study.state.trials.map(({ checkpoint }) => checkpoint?.key));
    for (const key of await this.store.list()) if (!named.has(key)) await this.store.delete(key);
  }

  private openAttempts(): Set<string> {
    return new Set(runningTrials(this.study.state).filter(isWorking).map(({ id, attempt }) => this.jobOf({ trial: id, attempt })));
  }

  private jobOf({ trial, attempt }: Pick<Task, 'trial' | 'attempt'>): string {
    return keys.job(this.options.id, trial, attempt);
  }

  private post(pipeline: ReturnType<Redis['pipeline']>, worker: string, message: DownMessage): ReturnType<Redis['pipeline']> {
    return pipeline.xadd(keys.down(worker), 'MAXLEN', '~', DOWN_LENGTH, '*', 'm', JSON.stringify(message)).expire(keys.down(worker), DOWN_EXPIRES_S);
  }

  /** Redis may be away for ever; whoever wants to stop must not wait for it. */
  private orAborted(work: Promise<void>): Promise<void> {
    const { signal } = this.options;
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return Promise.race([work, aborted.then(() => within(GOODBYE_MS, work))]);
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const limit = new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
  await Promise.race([work, limit]);
}
