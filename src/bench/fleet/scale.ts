// `node dist/bench/fleet/scale.js [--workers 1,2,8,32] [--trials-each 4 | --trials N] [--epochs 20] [--epoch-ms 50] [--processes 2]`: what a fleet gains
// with its size. Workers are simulated, one slot each, spread over a few processes; a Redis of its own. One JSON line a size: epochs a second against
// one worker's, the coordinator's processor time an epoch, its memory, Redis's, and the journal's size, at each quarter of the way (which goes to standard error too) and at the end.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { silentLog } from '../../core/index.js';
import { LocalTrainer, redisTarget, runFleet, runWorker, storeAt } from '../../fleet/index.js';
import { createStudy, type StudyHandle } from '../../study/index.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { buildSimulated, SIMULATED_ID, simulatedFacts, simulatedParts, simulatedTraining } from './simulated.js';

const MIB = 2 ** 20;
const LEASE_MS = 30_000;

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,8,32' }, 'trials-each': { type: 'string', default: '4' }, trials: { type: 'string' }, epochs: { type: 'string', default: '20' }, 'epoch-ms': { type: 'string', default: '50' },
    processes: { type: 'string', default: '2' }, redis: { type: 'string' }, store: { type: 'string' }, count: { type: 'string' },
  },
});

if (values.redis !== undefined) await work(values.redis, values.store ?? '', Number(values.count));
else await measureAll(values.workers.split(',').map(Number));

async function measureAll(sizes: readonly number[]): Promise<void> {
  let one: number | null = null;
  for (const workers of sizes) {
    const redis = await startRedis();
    const folder = mkdtempSync(join(tmpdir(), 'foretell-fleet-'));
    const children = startWorkers(redis, folder, workers);
    try {
      const measured = await measure(redis, folder, workers);
      one ??= workers === 1 ? measured.epochs_per_s : null;
      console.log(JSON.stringify({ workers, ...measured, ...(one === null ? {} : { speed_up: round(measured.epochs_per_s / one) }) }));
    } finally {
      children.forEach((child) => child.kill('SIGKILL'));
      await redis.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function startWorkers(redis: RedisServer, folder: string, workers: number): ChildProcess[] {
  const processes = Math.min(workers, Number(values.processes));
  const shares = Array.from({ length: processes }, (_, i) => Math.floor((workers + i) / processes));
  return shares.map((count) => spawn(process.execPath, [fileURLToPath(import.meta.url), '--redis', redis.url, '--store', join(folder, 'store'), '--count', String(count)], { stdio: 'inherit' }));
}

async function work(url: string, store: string, count: number): Promise<void> {
  const openStore = await storeAt(store);
  const openTrainer = (): LocalTrainer => new LocalTrainer(buildSimulated, openStore);
  const options = { redis: redisTarget({ url, option: '--queue' }, {}), facts: simulatedFacts(1), openTrainer, log: silentLog, leaseMs: LEASE_MS };
  await Promise.all(Array.from({ length: count }, () => runWorker(options, new AbortController().signal)));
}

async function measure(redis: RedisServer, folder: string, workers: number) {
  const search = { trials: values.trials === undefined ? workers * Number(values['trials-each']) : Number(values.trials), epochs: Number(values.epochs), epochMs: Number(values['epoch-ms']) };
  const store = (await storeAt(join(folder, 'store')))(SIMULATED_ID);
  const file = join(folder, 'scale.study');
  const client = new Redis(redis.url);
  await everybody(client, workers);
  const study = await createStudy({ ...simulatedParts(search), journal: file, checkpoints: store });
  let began: { wall: number; cpu: NodeJS.CpuUsage } | null = null;
  study.watch(() => (began ??= { wall: performance.now(), cpu: process.cpuUsage() }));
  let memory = 0;
  const along = stations(study, search.trials * search.epochs, async () => ({ coordinator_rss_mib: rss(), coordinator_heap_mib: heap(), redis_mib: round((await usedMemory(client)) / MIB), journal_mib: journalMib(file) }));
  const sampling = setInterval(() => void usedMemory(client).then((used) => (memory = Math.max(memory, used))), 200);
  await runFleet(study, store, { redis: redis.target, id: SIMULATED_ID, training: simulatedTraining(search), events: [], pin: false, signal: new AbortController().signal });
  clearInterval(sampling);
  const quarters = await along;
  const from = began ?? { wall: 0, cpu: process.cpuUsage() };
  const wall = (performance.now() - from.wall) / 1000;
  const { user, system } = process.cpuUsage(from.cpu);
  const { epochs } = study.state.totals;
  await study.close();
  client.disconnect();
  return {
    trials: search.trials, epochs, wall_s: round(wall), epochs_per_s: round(epochs / wall), coordinator_cpu_ms_per_epoch: round((user + system) / 1000 / epochs),
    coordinator_rss_mib: rss(), redis_peak_mib: round(memory / MIB), journal_mib: journalMib(file), quarters,
  };
}

/** What is to be had at each quarter of the epochs. */
function stations<T extends object>(study: StudyHandle, epochs: number, sample: () => Promise<T>): Promise<(T & { readonly epochs: number; readonly s: number })[]> {
  const began = performance.now();
  const samples: Promise<T & { epochs: number; s: number }>[] = [];
  return new Promise((resolve) => {
    study.watch((_, { totals }) => {
      if (totals.epochs < (epochs * (samples.length + 1)) / 4) return;
      const at = { epochs: totals.epochs, s: Math.round((performance.now() - began) / 1000) };
      samples.push(sample().then((found) => told({ ...at, ...found })));
      if (samples.length === 4) resolve(Promise.all(samples));
    });
  });
}

/** A long run is followed as it goes. */
function told<T>(quarter: T): T {
  console.error(JSON.stringify(quarter));
  return quarter;
}

function rss(): number {
  return Math.round(process.memoryUsage.rss() / MIB);
}

/** What is alive of it, where node runs with --expose-gc; else what was not collected yet too. */
function heap(): number {
  globalThis.gc?.();
  return round(process.memoryUsage().heapUsed / MIB);
}

/** With what has not been moved out of its log yet. */
function journalMib(file: string): number {
  return round([file, `${file}-wal`].reduce((sum, each) => sum + (existsSync(each) ? statSync(each).size : 0), 0) / MIB);
}

/** The joining is not measured. */
async function everybody(client: Redis, workers: number): Promise<void> {
  while ((await client.scard('foretell:workers')) < workers) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function usedMemory(client: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1] ?? 0);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
