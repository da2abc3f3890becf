// A fleet as a user types it: coordinator, workers and their trainers as processes, on a machine that trains nothing and needs no GPU.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import type { WorkerRecord } from '../../src/fleet/index.js';
import { attemptOf, openJournalForReading, foldEvents, type StudyState } from '../../src/study/index.js';
import { startRedis, type RedisServer } from '../../src/bench/fleet/redis-server.js';
import { openCommandLine, type CommandLine, type Running } from '../cli/command-line.js';
import { until } from '../fleet/fleet.js';

let redis: RedisServer;
let cli: CommandLine;
let running: Running[] = [];
beforeAll(async () => {
  redis = await startRedis();
  cli = await openCommandLine();
});
// Each test begins with a queue of its own: what one that failed left behind must not fail the next.
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
  await redis.stop();
  await redis.start();
});
afterAll(async () => {
  cli.remove();
  await redis.remove();
});

const searchOf = (epochs: number): string[] => ['--data', 'synthetic', '--trials', '6', '--epochs', String(epochs), '--rule', 'none', '--store', 'store', '--set', 'train-size=200', '--set', 'validation-size=100'];
const SEARCH = searchOf(5);

function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const started = cli.start(args, { FORETELL_REDIS_URL: redis.url, ...env });
  running.push(started);
  return started;
}

const worker = (epochMs = 100): Running => start(['worker', '--queue', redis.url, '--store', 'store', '--lease', '4'], { FAKE_EPOCH_MS: String(epochMs) });
const search = (study: string, options = SEARCH): Running => start(['search', '--fleet', '--study', study, ...options]);

function stateOf(study: string): StudyState | null {
  const file = join(cli.folder, study);
  if (!existsSync(file)) return null;
  const journal = openJournalForReading(file);
  const state = foldEvents(journal.read());
  journal.close();
  return state;
}

function eventsOf(study: string): StoredEvent[] {
  const journal = openJournalForReading(join(cli.folder, study));
  const events = [...journal.read()];
  journal.close();
  return events;
}

/** How late this process's own timers are by then, in all: what a machine that is busy with other tests adds. */
function machineDelays(): () => number {
  let last = Date.now();
  let late = 0;
  const timer = setInterval(() => {
    late += Math.max(0, Date.now() - last - 50);
    last = Date.now();
  }, 50);
  return () => {
    clearInterval(timer);
    return late;
  };
}

const epochsOf = (study: string): number => stateOf(study)?.totals.epochs ?? 0;
const curves = (state: StudyState | null): unknown => state?.trials.map(({ status, curve }) => ({ status, curve }));

test('a worker killed in mid-trial, a coordinator killed and started again: the results are those of a search on one machine', { timeout: 120_000 }, async () => {
  const first = worker();
  await first.until('worker on fake');
  const coordinator = search('a.study');
  await until(() => epochsOf('a.study') >= 3);
  const second = worker();
  first.child.kill('SIGKILL');
  await second.until('worker on fake');
  const before = epochsOf('a.study');
  await until(() => epochsOf('a.study') >= before + 4);
  coordinator.child.kill('SIGKILL');
  await coordinator.ended;
  const again = search('a.study');
  const { code, stdout, stderr } = await again.ended;
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/state +ended: search complete/);
  expect(await cli.run(['search', '--study', 'local.study', ...SEARCH.filter((arg) => arg !== '--store' && arg !== 'store')])).toMatchObject({ code: 0 });
  expect(curves(stateOf('a.study'))).toEqual(curves(stateOf('local.study')));
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
});

test('a worker that is stopped hands its trial back, and the list forgets it', { timeout: 120_000 }, async () => {
  const slow = worker(400);
  await slow.until('worker on fake');
  const coordinator = search('b.study', searchOf(1000)); // a trial that no worker could end before it is stopped
  await until(() => epochsOf('b.study') >= 2);
  // What a worker took is told with its next beat.
  let listed: WorkerRecord[] = [];
  await until(async () => {
    listed = (await start(['workers', '--json']).ended).stdout.trim().split('\n').map((line) => JSON.parse(line) as WorkerRecord);
    return listed[0]?.tasks.length !== 0;
  });
  expect(listed).toMatchObject([{ adapter: 'fake', slots: 1, tasks: [{ attempt: 1 }] }]);
  slow.child.kill('SIGTERM');
  expect((await slow.ended).stderr).toContain('leaving after this epoch');
  await until(() => stateOf('b.study')?.trials.some(({ status, hold }) => status === 'running' && hold === 'released') === true);
  expect((await start(['workers']).ended).stderr).toContain('no worker at');
  coordinator.child.kill('SIGINT');
  expect((await coordinator.ended).code).toBe(130);
});

test('a worker whose data are not the study\'s says so and ends, and one whose are goes on', { timeout: 120_000 }, async () => {
  const coordinator = search('d.study');
  const other = start(['worker', '--queue', redis.url, '--store', 'store', '--lease', '4'], { FAKE_SIDE: '9' });
  const { code, stderr } = await other.ended;
  expect(stderr).toMatch(/data synthetic: this machine's is not the study's: expected .*, got .*; copy the study's data here/);
  expect(code).toBe(2);
  const right = worker();
  expect((await coordinator.ended).code).toBe(0);
  right.child.kill('SIGTERM');
  expect((await right.ended).code).toBe(0);
  expect(stateOf('d.study')?.totals.epochs).toBeGreaterThan(0);
});

test('a killed worker\'s trial goes on elsewhere within twice the lease', { timeout: 120_000 }, async () => {
  const LEASE_MS = 4000;
  const first = worker(300);
  await first.until('worker on fake');
  const coordinator = search('e.study', [...searchOf(1000), '--trials', '1']);
  await until(() => epochsOf('e.study') >= 2);
  const second = worker(300);
  await second.until('worker on fake');
  const delays = machineDelays();
  first.child.kill('SIGKILL');
  const killed = Date.now();
  const goneOn = (): number | undefined => eventsOf('e.study').find((event) => event.type === 'epoch' && event.attempt === 2)?.time;
  const begun = (): number | undefined => eventsOf('e.study').find((event) => attemptOf(event)?.attempt === 2)?.time;
  await until(() => goneOn() !== undefined);
  expect((begun() ?? NaN) - killed).toBeLessThan(2 * LEASE_MS + delays());
  expect(stateOf('e.study')?.trials[0]).toMatchObject({ attempt: 2 });
  coordinator.child.kill('SIGINT');
  expect((await coordinator.ended).code).toBe(130);
  second.child.kill('SIGTERM');
  await second.ended;
});

test.each([
  [['worker', '--queue', 'redis://:secret@localhost', '--store', 'store'], /a password in an argument/],
  [['search', '--fleet', 'redis://:secret@localhost', ...SEARCH], /a password in an argument/],
  [['worker', '--store', 'store'], /expected --queue redis:\/\/HOST or FORETELL_REDIS_URL/],
  [['worker', '--queue', 'redis://127.0.0.1:1', '--store', 'store'], /redis:\/\/127\.0\.0\.1:1: expected a Redis server, got/],
  [['search', '--pin'], /--pin: expected together with --fleet/],
])('%j is refused', async (args, words) => {
  const { code, stderr } = await cli.run(args, { FORETELL_REDIS_URL: '' });
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('secret');
  expect(code).toBe(2);
});

test('data by path, and a search without a store, are refused', async () => {
  const env = { FORETELL_REDIS_URL: redis.url };
  expect(await cli.run(['search', '--fleet', '--study', 'c.study', '--trials', '1'], env)).toMatchObject({ code: 2, stderr: expect.stringMatching(/expected --store/) as string });
});
