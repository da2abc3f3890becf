// `node dist/bench/fleet/scale.js [--workers 1,2,8,32] [--trials-each 4] [--epochs 20] [--epoch-ms 50] [--processes 2]`: what a fleet gains with
// its size. Workers are simulated, one slot each, spread over a few processes; a Redis of its own. One JSON line a size: epochs a second against
// one worker's, the coordinator's processor time an epoch, its memory, Redis's, and the journal's size.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { silentLog } from '../../core/index.js';
import { LocalTrainer, redisTarget, runFleet, runWorker, storeAt } from '../../fleet/index.js';
import { createStudy } from '../../study/index.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { buildSimulated, SIMULATED_ID, simulatedFacts, simulatedParts, simulatedTraining } from './simulated.js';

const MIB = 2 ** 20;
const LEASE_MS = 30_000;

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,8,32' }, 'trials-each': { type: 'string', default: '4' }, epochs: { type: 'string', default: '20' }, 'epoch-ms': { type: 'string', default: '50' },
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
  const search = { trials: workers * Number(values['trials-each']), epochs: Number(values.epochs), epochMs: Number(values['epoch-ms']) };
  const store = (await storeAt(join(folder, 'store')))(SIMULATED_ID);
  const file = join(folder, 'scale.study');
  const client = new Redis(redis.url);
  await everybody(client, workers);
  const study = await createStudy({ ...simulatedParts(search), journal: file, checkpoints: store });
  let began: { wall: number; cpu: NodeJS.CpuUsage } | null = null;
  study.watch(() => (began ??= { wall: performance.now(), cpu: process.cpuUsage() }));
  let memory = 0;
  const sampling = setInterval(() => void usedMemory(client).then((used) => (memory = Math.max(memory, used))), 200);
  await runFleet(study, store, { redis: redis.target, id: SIMULATED_ID, training: simulatedTraining(search), events: [], pin: false, signal: new AbortController().signal });
  clearInterval(sampling);
  const from = began ?? { wall: 0, cpu: process.cpuUsage() };
  const wall = (performance.now() - from.wall) / 1000;
  const { user, system } = process.cpuUsage(from.cpu);
  const { epochs } = study.state.totals;
  await study.close();
  client.disconnect();
  return {
    trials: search.trials, epochs, wall_s: round(wall), epochs_per_s: round(epochs / wall), coordinator_cpu_ms_per_epoch: round((user + system) / 1000 / epochs),
    coordinator_rss_mib: Math.round(process.memoryUsage.rss() / MIB), redis_peak_mib: round(memory / MIB), journal_mib: round(statSync(file).size / MIB),
  };
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
