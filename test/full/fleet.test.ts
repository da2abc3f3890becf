// A search over several workers in one process, with a Redis of the test's own: what a fleet must not change, and what it does about
// workers that leave, freeze, differ, and a Redis that forgets.
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { UsageError, type Runner, type StoredEvent, type Task } from '../../src/core/index.js';
import { listWorkers, PROTOCOL_VERSION } from '../../src/fleet/index.js';
import { keys } from '../../src/fleet/protocol.js';
import { createStudy, memoryCheckpoints, openJournalForReading, runStudy, type StudyState } from '../../src/study/index.js';
import { facts, startFleet, startWorker, STUDY_ID, until } from '../fleet/fleet.js';
import { startRedis, type RedisServer } from '../../src/bench/fleet/redis-server.js';
import { fakeRunner, GainRule, neverStop, RandomStrategy } from '../study/fakes/fakes.js';
import { temporaryFolder } from '../study/fakes/temporary.js';

const EPOCHS = 5;
const TRIALS = 8;

let redis: RedisServer;
let client: Redis;
beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
});
afterEach(() => client.flushall());
afterAll(async () => {
  client.disconnect();
  await redis.remove();
});

const parts = (rule = neverStop) => ({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(TRIALS, EPOCHS), rule });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function locally(): Promise<unknown> {
  const store = memoryCheckpoints();
  const study = await createStudy({ ...parts(), checkpoints: store });
  await runStudy(study, fakeRunner(), store, { parallel: 2 });
  return results(study.state);
}

function results(state: StudyState): unknown {
  return { ended: state.ended, trials: state.trials.map(({ status, curve, value }) => ({ status, curve, value })), best: state.best };
}

function eventsIn(folder: string): StoredEvent[] {
  const journal = openJournalForReading(join(folder, 'fleet.study'));
  const events = [...journal.read()];
  journal.close();
  return events;
}

const notes = (events: readonly StoredEvent[], about: string) => events.flatMap((event) => (event.type === 'note' && event.about === about ? [event.data] : []));

/** A runner whose epochs wait until they are let through. */
function gated(): { readonly runner: Runner; readonly begun: string[]; open(): void } {
  const begun: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const before = async ({ trial, attempt }: Task, epoch: number): Promise<void> => {
    begun.push(`${trial}-${attempt}-${epoch}`);
    if (epoch >= 3) await gate;
  };
  return { runner: fakeRunner({ before }), begun, open };
}

test('two workers find what the local loop finds, and leave nothing but the best checkpoint', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  await startWorker(redis, join(folder, 'store'));
  await startWorker(redis, join(folder, 'store'));
  expect(await fleet.result).toEqual({ interrupted: false, epochs: EPOCHS * TRIALS, late: 0 });
  expect(results(fleet.study.state)).toEqual(await locally());
  expect(await fleet.store.list()).toEqual([`${fleet.study.state.best?.trial}-1-${EPOCHS}`]);
  expect(await client.exists(keys.up(STUDY_ID))).toBe(0);
});

test('with a rule that freezes, every finished trial has the curve that it has locally', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, { ...parts(new GainRule(EPOCHS, 2)) });
  await startWorker(redis, join(folder, 'store'), { slots: 3 });
  await fleet.result;
  const { trials, counts } = fleet.study.state;
  const whole = (await locally()) as { readonly trials: readonly { readonly curve: readonly number[] }[] };
  expect(counts.frozen).toBeGreaterThan(0);
  for (const { id, curve } of trials) expect(curve).toEqual(whole.trials[id]?.curve.slice(0, curve.length));
});

test('a worker that leaves ends its epoch and hands back; another goes on from there', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  const slow = gated();
  const first = await startWorker(redis, join(folder, 'store'), { slots: 1, runner: slow.runner });
  await until(() => slow.begun.includes('0-1-3'));
  first.leave();
  slow.open();
  await first.ended;
  await startWorker(redis, join(folder, 'store'));
  await fleet.result;
  expect(results(fleet.study.state)).toEqual(await locally());
  const second = eventsIn(folder).find((event) => event.type === 'open' && event.trial === 0 && event.attempt === 2);
  expect(second).toBeDefined();
  expect(fleet.study.state.totals).toMatchObject({ epochs: EPOCHS * TRIALS, repeated: 0 });
  expect(await listWorkers(client)).toHaveLength(1);
});

test('a freeze and a cancel by a person reach the worker in mid-epoch', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  const slow = gated();
  await startWorker(redis, join(folder, 'store'), { slots: 2, runner: slow.runner });
  await until(() => slow.begun.includes('0-1-3') && slow.begun.includes('1-1-3') && fleet.study.state.trials[1]?.epoch === 2);
  await fleet.study.control({ type: 'freeze', trial: 0 }, 'me');
  await fleet.study.control({ type: 'cancel', trial: 1 }, 'me');
  await until(async () => (await client.xrange(keys.down((await listWorkers(client))[0]?.id ?? ''), '-', '+')).filter(([, [, text]]) => text?.includes('"stop"')).length === 2);
  slow.open();
  await fleet.result;
  expect(fleet.study.state.trials.slice(0, 3).map(({ status }) => status)).toEqual(['frozen', 'cancelled', 'finished']);
  expect(fleet.study.state.trials[1]?.curve.length).toBe(2);
});

test('Redis loses everything in the middle: nothing finished is lost, and the search ends', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  const slow = gated();
  await startWorker(redis, join(folder, 'store'), { runner: slow.runner });
  await until(() => slow.begun.includes('0-1-3'));
  await redis.stop();
  await redis.start();
  slow.open();
  const { late } = await fleet.result;
  expect(results(fleet.study.state)).toEqual(await locally());
  expect(notes(eventsIn(folder), 'late-report')).toHaveLength(late);
});

test('an interrupted coordinator hands everything back, and the next one goes on', async () => {
  const folder = temporaryFolder();
  const slow = gated();
  const first = await startFleet(redis, folder, parts());
  await startWorker(redis, join(folder, 'store'), { slots: 1, runner: slow.runner });
  await until(() => slow.begun.includes('0-1-3'));
  first.interrupt();
  expect(await first.result).toMatchObject({ interrupted: true });
  slow.open();
  const second = await startFleet(redis, folder, parts());
  await second.result;
  expect(results(second.study.state)).toEqual(await locally());
});

test('what a worker\'s trainers chose of kernels is journaled once, with its adapter', async () => {
  const folder = temporaryFolder();
  const choice = { family: 'conv2d', direction: 'forward', shapes: 'a class', from: 'measured' as const, ranking: [{ variant: 'tiled', spec: {}, overrides: {} }], seconds: 0.2 };
  const fleet = await startFleet(redis, folder, parts());
  await startWorker(redis, join(folder, 'store'), { slots: 2, adapter: 'red', choice });
  await fleet.result;
  expect(notes(eventsIn(folder), 'tune')).toEqual([{ ...choice, adapterClass: facts('red').adapterClass, adapter: 'red' }]);
});

/** A worker on `red` that hands trial 0 back after its third epoch. */
async function leaveInMidTrial(store: string): Promise<void> {
  const slow = gated();
  const worker = await startWorker(redis, store, { slots: 1, adapter: 'red', runner: slow.runner });
  await until(() => slow.begun.includes('0-1-3'));
  worker.leave();
  slow.open();
  await worker.ended;
}

test('a trial that goes on on another adapter is marked', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  await leaveInMidTrial(join(folder, 'store'));
  await startWorker(redis, join(folder, 'store'), { adapter: 'blue' });
  await fleet.result;
  expect(notes(eventsIn(folder), 'adapter-changed')).toEqual([{ trial: 0, attempt: 2, epoch: 3, from: 'red', to: 'blue' }]);
});

test('under --pin it waits for one of its class, and the others go on', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts(), { pin: true });
  await leaveInMidTrial(join(folder, 'store'));
  await startWorker(redis, join(folder, 'store'), { adapter: 'blue' });
  await until(() => fleet.study.state.counts.finished === TRIALS - 1);
  expect(fleet.study.state.trials[0]?.status).toBe('running');
  await startWorker(redis, join(folder, 'store'), { adapter: 'red' });
  await fleet.result;
  expect(results(fleet.study.state)).toEqual(await locally());
  expect(notes(eventsIn(folder), 'adapter-changed')).toEqual([]);
});

test('a worker of another protocol is told so', async () => {
  const folder = temporaryFolder();
  const stranger = 'stranger-1';
  await client.sadd(keys.workers, stranger);
  await client.set(keys.worker(stranger), JSON.stringify({ id: stranger, protocol: PROTOCOL_VERSION + 1, version: '9', host: 'h', pid: 1, adapter: 'a', driver: 'd', kernels: 'k', adapterClass: 'c', slots: 4, tasks: [], epochsPerSecond: 0, word: '', beat: 0 }));
  const warnings: string[] = [];
  await startFleet(redis, folder, parts(), { log: { info: () => undefined, warn: (line) => void warnings.push(line) } });
  const told = async (): Promise<string> => JSON.stringify(await client.xrange(keys.down(stranger), '-', '+'));
  await until(async () => (await told()).includes(`expected fleet protocol ${PROTOCOL_VERSION}, got ${PROTOCOL_VERSION + 1}`));
  expect(warnings.join()).toMatch(/stranger-1 on h is refused/);
});

test('a refused worker ends with the coordinator\'s words', async () => {
  const folder = temporaryFolder();
  const worker = await startWorker(redis, join(folder, 'store'));
  await until(async () => (await listWorkers(client)).length === 1);
  const [{ id } = { id: '' }] = await listWorkers(client);
  await client.xadd(keys.down(id), '*', 'm', JSON.stringify({ type: 'refuse', message: 'install version 9' }));
  await expect(worker.ended).rejects.toThrow(new UsageError('install version 9'));
});

test('a worker with another store says so and hands back', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  const lost = await startWorker(redis, join(folder, 'elsewhere'));
  await expect(lost.ended).rejects.toThrow(/store is not the study's/);
  await startWorker(redis, join(folder, 'store'));
  await fleet.result;
  expect(results(fleet.study.state)).toEqual(await locally());
});

test('the list shows what a worker does, until it is gone', async () => {
  const folder = temporaryFolder();
  await startFleet(redis, folder, parts());
  const slow = gated();
  const worker = await startWorker(redis, join(folder, 'store'), { slots: 1, runner: slow.runner });
  await until(async () => (await listWorkers(client))[0]?.tasks[0]?.epoch === 2);
  expect(await listWorkers(client)).toMatchObject([{ adapter: 'fake', slots: 1, tasks: [{ study: STUDY_ID, trial: 0, attempt: 1 }], word: 'trial 0, epoch 2' }]);
  worker.leave();
  slow.open();
  await worker.ended;
  await sleep(0);
  expect(await listWorkers(client)).toEqual([]);
});

test('a record that cannot be read ends nobody\'s search', async () => {
  const folder = temporaryFolder();
  for (const [id, text] of [['half', '{"id": "ha'], ['strange', '{"id": "strange"}']] as const) await client.multi().sadd(keys.workers, id).set(keys.worker(id), text, 'EX', 60).exec();
  expect(await listWorkers(client)).toEqual([]);
  const fleet = await startFleet(redis, folder, parts());
  await startWorker(redis, join(folder, 'store'));
  await fleet.result;
  expect(results(fleet.study.state)).toEqual(await locally());
});
