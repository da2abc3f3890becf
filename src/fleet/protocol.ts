// What coordinator and workers say to each other: data only, checked on arrival. A worker asks (hello, an epoch, a failure, a trial handed
// back) and repeats itself until it is answered; the study answers a repeat alike, so neither side needs to know what got through. The
// number of the attempt is the fence: what comes from one that was given away is answered `stale`.
import { z } from 'zod';
import { hashOf, parseCandidate, UsageError, type EpochReport, type Json, type Task } from '../core/index.js';

/** Changes with anything below; workers of another version are refused. */
export const PROTOCOL_VERSION = 2;

const whole = z.number().int().min(0);
const words = z.string().max(2000);
/** Also a folder of the store: no separators, no dots. */
const studyId = z.string().regex(/^[0-9a-f]{16}$/);
const workerId = z.string().regex(/^[A-Za-z0-9-]{1,80}$/);
const json: z.ZodType<Json> = z.lazy(() => z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]));
/** A name in the study's folder of the store, as a store checks it too. */
const checkpointKey = z.string().max(100).regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/);
const checkpoint = z.strictObject({ key: checkpointKey, hash: z.string().regex(/^[0-9a-f]{64}$/), bytes: whole.exactOptional() });

const taskJob = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  study: studyId,
  trial: whole,
  attempt: whole,
  candidate: z.unknown(),
  from: z.strictObject({ ...checkpoint.shape, epoch: whole }).exactOptional(),
  until: whole,
  /** What is trained on what; whoever builds the trainer knows its members. */
  training: z.record(z.string(), json),
  /** Lies in the study's store: a worker that cannot read it looks into another one. */
  probe: checkpoint,
});

export interface TaskJob {
  readonly study: string;
  readonly task: Task;
  readonly training: Training;
  readonly probe: z.infer<typeof checkpoint>;
}

export type Training = { readonly [name: string]: Json };

export function taskData({ study, task, training, probe }: TaskJob): z.input<typeof taskJob> {
  return { protocol: PROTOCOL_VERSION, study, ...task, training: { ...training }, probe };
}

/** Throws UsageError or ShapeError on what is not a task of this protocol. */
export function parseTask(data: unknown): TaskJob {
  const { study, training, probe, trial, attempt, candidate, until, from } = checked(taskJob, data, 'task');
  return { study, training, probe, task: { trial, attempt, candidate: parseCandidate(candidate), until, ...(from === undefined ? {} : { from }) } };
}

const failure = z.strictObject({ kind: z.enum(['diverged', 'memory', 'invalid', 'device']), message: words });
const report = z.strictObject({
  epoch: whole,
  /** Null = not a finite number, which JSON cannot say. */
  value: z.number().nullable(),
  seconds: z.number().min(0),
  checkpoint: checkpoint.exactOptional(),
  metrics: z.record(z.string(), z.number()).exactOptional(),
});

const numbers = z.record(z.string().max(100), z.number());
/** What a worker's tuner decided for a class of shapes, as the tuner of a local search tells it. */
const kernelChoice = z.strictObject({
  family: z.string().max(100),
  direction: z.string().max(100),
  shapes: words,
  from: z.enum(['measured', 'cache', 'neighbour', 'untuned']),
  ranking: z.array(z.strictObject({ variant: z.string().max(100), spec: numbers, overrides: numbers })).max(200),
  seconds: z.number().min(0),
  reason: words.exactOptional(),
});

export type KernelChoice = z.infer<typeof kernelChoice>;

/** Says who asks, and about which attempt. */
const sender = { id: z.string().max(80), worker: workerId, adapterClass: z.string().max(40), adapter: words, trial: whole, attempt: whole };

const upMessage = z.discriminatedUnion('type', [
  /** The attempt has begun here. */
  z.strictObject({ type: z.literal('hello'), ...sender }),
  z.strictObject({ type: z.literal('epoch'), ...sender, report }),
  /** The checkpoint to go on from cannot be had: the trial begins again. */
  z.strictObject({ type: z.literal('checkpoint-lost'), ...sender, epoch: whole, key: words, message: words }),
  /** The trial itself is at fault. */
  z.strictObject({ type: z.literal('failed'), ...sender, failure }),
  /** `fault`: the trainer broke down, as opposed to a worker that leaves. */
  z.strictObject({ type: z.literal('handed-back'), ...sender, reason: words, fault: z.boolean() }),
  /** About the adapter, not about the attempt: it counts whoever holds the trial by now. */
  z.strictObject({ type: z.literal('tuned'), ...sender, choice: kernelChoice }),
]);

export type UpMessage = z.infer<typeof upMessage>;
/** What stands before the fence. */
export type AttemptMessage = Exclude<UpMessage, { type: 'tuned' }>;
type WithoutSender<T> = T extends UpMessage ? Omit<T, keyof typeof sender> : never;
/** What a worker has to say, before it is signed. */
export type Saying = WithoutSender<UpMessage>;
export type Sender = Pick<UpMessage, 'worker' | 'adapterClass' | 'adapter' | 'trial' | 'attempt'>;

export function parseUp(text: string): UpMessage {
  return checked(upMessage, JSON.parse(text), 'message of a worker');
}

export function reportOf(attempt: number, { value, ...rest }: z.infer<typeof report>): EpochReport {
  return { attempt, value: value ?? NaN, ...rest };
}

export function sayingOf({ epoch, value, seconds, checkpoint: put, metrics }: EpochReport): Extract<Saying, { type: 'epoch' }> {
  return { type: 'epoch', report: { epoch, value: Number.isFinite(value) ? value : null, seconds, ...(put === undefined ? {} : { checkpoint: put }), ...(metrics === undefined ? {} : { metrics }) } };
}

const answer = z.discriminatedUnion('word', [
  z.strictObject({ word: z.literal('go-on') }),
  /** The task is over: finished, paused, frozen, cancelled or ended. */
  z.strictObject({ word: z.literal('over') }),
  z.strictObject({ word: z.literal('stale'), message: words }),
]);

export type Answer = z.infer<typeof answer>;

const downMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer'), id: z.string().max(80), answer }),
  /** A freeze, a cancel or the end, before the worker asked. */
  z.strictObject({ type: z.literal('stop'), study: studyId, trial: whole, attempt: whole }),
  /** Of every version: the worker cannot be used, and why. */
  z.strictObject({ type: z.literal('refuse'), message: words }),
]);

export type DownMessage = z.infer<typeof downMessage>;

export function parseDown(text: string): DownMessage {
  return checked(downMessage, JSON.parse(text), 'message of a coordinator');
}

function checked<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${what}: expected one of fleet protocol ${PROTOCOL_VERSION}, got ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'other data'}; run the same version of foretell everywhere`);
}

/** Everything that can change a curve's bits, but the data: trials stay within a class under `--pin`, and each class has a queue. */
export function adapterClass(facts: { readonly adapter: { readonly [key: string]: Json }; readonly kernels: string }): string {
  return hashOf(facts).slice(0, 12);
}

export const PREFIX = 'foretell';

/** Names in Redis. Those of a worker are the same in all versions, so that a stranger can be refused. */
export const keys = {
  queue: (adapterClass: string): string => `tasks-v${PROTOCOL_VERSION}-${adapterClass}`,
  /** Adapter classes that ever had a queue. */
  classes: `${PREFIX}:classes`,
  workers: `${PREFIX}:workers`,
  worker: (id: string): string => `${PREFIX}:worker:${id}`,
  down: (id: string): string => `${PREFIX}:down:${id}`,
  up: (study: string): string => `${PREFIX}:up:${study}`,
  job: (study: string, trial: number, attempt: number): string => `${study}-${trial}-${attempt}`,
} as const;
