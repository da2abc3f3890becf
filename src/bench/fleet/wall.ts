// Wall time of one real search by the local loop and through a fleet of one worker, in turns, so that what else the machine does meets both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournalForReading } from '../../study/index.js';
import { killed, realSearch, startForetell, type RealSearch } from './foretell.js';
import { median } from './numbers.js';
import { startRedis } from './redis-server.js';

interface Timed {
  /** From the first epoch's event to the end's: neither start-up, nor data, nor the first epoch's pipelines. */
  readonly training: number;
  /** From the start of its processes to the exit of the one that a user waits for. */
  readonly whole: number;
}

export interface Overhead {
  readonly rounds: number;
  readonly epochs: number;
  readonly local_training_s: number;
  readonly fleet_training_s: number;
  /** Medians of the rounds' own ratios, fleet over local. */
  readonly training_ratio: number;
  readonly training_ratios: readonly number[];
  readonly local_whole_s: number;
  readonly fleet_whole_s: number;
  readonly whole_ratio: number;
  readonly whole_ratios: readonly number[];
}

export async function measureOverhead(search: RealSearch, rounds: number): Promise<Overhead> {
  const local: Timed[] = [];
  const fleet: Timed[] = [];
  for (let round = 0; round < rounds; round++) {
    const turns = [async () => void local.push(await inFolder((folder) => locally(search, folder))), async () => void fleet.push(await inFolder((folder) => onFleet(search, folder)))];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    console.error(JSON.stringify({ round, local: local.at(-1), fleet: fleet.at(-1) }));
  }
  const ratios = (of: keyof Timed): number[] => local.map((here, i) => rounded((fleet[i]?.[of] ?? NaN) / here[of]));
  const medianOf = (timed: readonly Timed[], of: keyof Timed): number => rounded(median(timed.map((each) => each[of])));
  return {
    rounds, epochs: search.trials * search.epochs,
    local_training_s: medianOf(local, 'training'), fleet_training_s: medianOf(fleet, 'training'), training_ratio: median(ratios('training')), training_ratios: ratios('training'),
    local_whole_s: medianOf(local, 'whole'), fleet_whole_s: medianOf(fleet, 'whole'), whole_ratio: median(ratios('whole')), whole_ratios: ratios('whole'),
  };
}

async function locally(search: RealSearch, folder: string): Promise<Timed> {
  const study = join(folder, 'overhead.study');
  const began = performance.now();
  await startForetell(realSearch(search, study)).ended;
  return { whole: (performance.now() - began) / 1000, training: trainingSeconds(study) };
}

/** Redis is a service, and there already. */
async function onFleet(search: RealSearch, folder: string): Promise<Timed> {
  const redis = await startRedis();
  const study = join(folder, 'overhead.study');
  const store = ['--store', join(folder, 'store')];
  const began = performance.now();
  const worker = startForetell(['worker', '--queue', redis.url, ...store]);
  try {
    await startForetell([...realSearch(search, study), '--fleet', redis.url, ...store]).ended;
    return { whole: (performance.now() - began) / 1000, training: trainingSeconds(study) };
  } finally {
    await killed(worker);
    await redis.remove();
  }
}

function trainingSeconds(study: string): number {
  const journal = openJournalForReading(study);
  const events = [...journal.read()];
  journal.close();
  const first = events.find(({ type }) => type === 'epoch')?.time ?? NaN;
  const end = events.find(({ type }) => type === 'end')?.time ?? NaN;
  return (end - first) / 1000;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-overhead-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
