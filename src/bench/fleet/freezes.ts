// From a freeze's verdict in the journal to the moment at which the worker's trainer has let go of the trial, both by this machine's clock. Freezes
// come in mid-epoch: a person's whenever it pleases, a rule's after an epoch, while the next one is being trained.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng, silentLog, type StoppingRule } from '../../core/index.js';
import { adapterClass, runFleet, runWorker, storeAt, TrainerProcess, type FleetWorkerOptions } from '../../fleet/index.js';
import { createStudy, openJournalForReading, sendCommand } from '../../study/index.js';
import { FORETELL, realSearch, startForetell } from './foretell.js';
import { median } from './numbers.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { SIMULATED_ID, simulatedFacts, simulatedParts, simulatedTraining } from './simulated.js';
import { witnessed, type Heard } from './witness.js';

const LEASE_MS = 30_000;

export interface Promptness {
  readonly freezes: number;
  /** Seconds. */
  readonly median: number;
  readonly worst: number;
}

interface Clocked {
  readonly verdicts: Map<number, number>;
  readonly drops: Map<number, number>;
  /** Where a stop came down; a rule's freeze is the answer to a report. */
  readonly stops: Map<number, number>;
}

/** A runner that hears nothing before its epoch is over; every second trial is frozen by a rule, the others by a person. `program`: this one, as a trainer. */
export async function simulatedFreezes(freezes: number, epochMs: number, program: readonly string[]): Promise<Promptness> {
  const search = { trials: freezes, epochs: 20, epochMs };
  const [parts, training] = [simulatedParts(search), simulatedTraining(search)];
  return onFleet(simulatedFacts(4), (store) => new TrainerProcess(() => spawn(process.execPath, [...program, '--store', store], { stdio: ['ignore', 2, 2, 'ipc'] })), async ({ redis, folder, clocked, onFirstEpoch }) => {
    const store = (await storeAt(join(folder, 'store')))(SIMULATED_ID);
    const study = await createStudy({ ...parts, rule: freezesEverySecond, journal: join(folder, 'freezes.study'), checkpoints: store });
    study.watch((event) => {
      if (event.type === 'verdict' && event.verdict.action === 'freeze') clocked.verdicts.set(event.trial, event.time);
    });
    const rng = createRng(1);
    const waiting: Promise<void>[] = [];
    onFirstEpoch((trial) => {
      if (trial % 2 === 0) waiting.push(pause(rng.uniform(0.2, 0.9) * epochMs).then(() => study.control({ type: 'freeze', trial }, 'bench')));
    });
    await runFleet(study, store, { redis: redis.target, id: SIMULATED_ID, training, events: [], pin: false, signal: new AbortController().signal });
    await Promise.all(waiting);
    await study.close();
  });
}

const freezesEverySecond: StoppingRule = {
  settings: { name: 'every-second' },
  tell: () => undefined,
  judge: (trial) => Promise.resolve({ verdict: trial % 2 === 1 ? { action: 'freeze', reason: 'it is its turn', value: { y: 0, at: 1 } } : { action: 'continue' } }),
  review: () => Promise.resolve({ thaw: [] }),
};

/** Real nets, and a person who freezes each of them in mid-epoch, through the study's mailbox. */
export async function realFreezes(freezes: number, images: number, data: string): Promise<Promptness> {
  const start = (store: string) => spawn(process.execPath, [FORETELL, 'trainer', '--store', store], { stdio: ['ignore', 2, 2, 'ipc'] });
  const probe = mkdtempSync(join(tmpdir(), 'foretell-freezes-'));
  const asked = new TrainerProcess(() => start(probe));
  const device = await asked.facts();
  await asked.close();
  rmSync(probe, { recursive: true, force: true });
  const facts = { version: '0', adapter: device.adapter.name, driver: '', kernels: device.kernels, adapterClass: adapterClass(device), slots: 1 };
  return onFleet(facts, (store) => new TrainerProcess(() => start(store)), async ({ redis, folder, clocked, onFirstEpoch }) => {
    const study = join(folder, 'freezes.study');
    const rng = createRng(1);
    const waiting: Promise<void>[] = [];
    onFirstEpoch((trial, seconds) => void waiting.push(pause(rng.uniform(0.1, 0.7) * 1000 * seconds).then(() => sendCommand(study, { type: 'freeze', trial }, 'bench'))));
    await startForetell([...realSearch({ trials: freezes, epochs: 12, images, data }, study), '--fleet', redis.url, '--store', join(folder, 'store')]).ended;
    await Promise.all(waiting);
    const journal = openJournalForReading(study);
    for (const event of journal.read()) if (event.type === 'verdict' && event.verdict.action === 'freeze') clocked.verdicts.set(event.trial, event.time);
    journal.close();
  });
}

interface Bench {
  readonly redis: RedisServer;
  readonly folder: string;
  readonly clocked: Clocked;
  /** Once a trial, when its first epoch has been answered; how long that took. */
  onFirstEpoch(heard: (trial: number, seconds: number) => void): void;
}

/** One worker in this process, whose trainers are its children. */
async function onFleet(facts: FleetWorkerOptions['facts'], openTrainer: (store: string) => TrainerProcess, search: (bench: Bench) => Promise<void>): Promise<Promptness> {
  const redis = await startRedis();
  const folder = mkdtempSync(join(tmpdir(), 'foretell-freezes-'));
  const clocked: Clocked = { verdicts: new Map(), drops: new Map(), stops: new Map() };
  let first: (trial: number, seconds: number) => void = () => undefined;
  const heard: Heard = {
    answered: ({ task }, { epoch, seconds }, { word }) => void (epoch === 1 && word === 'go-on' && first(task.trial, seconds)),
    stopped: ({ task }) => void clocked.stops.set(task.trial, Date.now()),
    dropped: ({ task }) => void clocked.drops.set(task.trial, Date.now()),
  };
  const leaving = new AbortController();
  const worker = runWorker({ redis: redis.target, facts, openTrainer: () => witnessed(openTrainer(join(folder, 'store')), heard), log: silentLog, leaseMs: LEASE_MS }, leaving.signal);
  try {
    await search({ redis, folder, clocked, onFirstEpoch: (listener) => (first = listener) });
    while ([...clocked.verdicts.keys()].some((trial) => !clocked.drops.has(trial))) await pause(20);
    return promptness(clocked);
  } finally {
    leaving.abort();
    await worker;
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function promptness({ verdicts, drops, stops }: Clocked): Promptness {
  const waits = [...verdicts].map(([trial, time]) => ((drops.get(trial) ?? NaN) - time) / 1000);
  const heard = [...verdicts].map(([trial, time]) => (stops.has(trial) ? ((stops.get(trial) ?? 0) - time) / 1000 : null));
  console.error(JSON.stringify({ waits_s: waits, of_which_until_heard_s: heard }));
  return { freezes: waits.length, median: rounded(median(waits)), worst: rounded(Math.max(...waits)) };
}

function rounded(seconds: number): number {
  return Math.round(1000 * seconds) / 1000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
