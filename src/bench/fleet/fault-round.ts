// One search of the bench of faults: its processes, and what can be done to them.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalError, type Rng } from '../../core/index.js';
import { openJournalForReading } from '../../study/index.js';
import { filesIn, LEASE_MS } from './fault-roles.js';
import { startRedis, type RedisServer } from './redis-server.js';

/** How often each comes in a deck. */
const DECK = { 'worker-killed': 8, 'machine-lost': 3, 'coordinator-killed': 5, 'redis-emptied': 3, 'worker-frozen': 3, 'store-full': 2, 'redis-away': 1 } as const;
export type Fault = keyof typeof DECK;

/** Decks are shuffled, so that every kind comes. */
export function drawing(rng: Rng): () => Fault {
  let deck: Fault[] = [];
  return () => {
    if (deck.length === 0) deck = rng.shuffle(Object.entries(DECK).flatMap(([fault, count]) => Array.from({ length: count }, () => fault as Fault)));
    return deck.pop() as Fault;
  };
}

export interface RoundSettings {
  /** The command line of a process of that role. */
  readonly program: (role: 'coordinator' | 'worker', redis: string, folder: string) => readonly string[];
  readonly workers: number;
  readonly awayMs: number;
}

export class Round {
  ended = false;
  private coordinator: ChildProcess | null = null;
  private readonly workers: ChildProcess[] = [];

  static async open(settings: RoundSettings): Promise<Round> {
    const round = new Round(settings, await startRedis(), mkdtempSync(join(tmpdir(), 'foretell-faults-')));
    for (let i = 0; i < settings.workers; i++) round.workers[i] = round.start('worker');
    round.coordinate();
    return round;
  }

  private constructor(
    private readonly settings: RoundSettings,
    private readonly redis: RedisServer,
    private readonly folder: string,
  ) {}

  async inflict(fault: Fault, rng: Rng): Promise<void> {
    const at = rng.int(this.workers.length);
    const worker = this.workers[at] as ChildProcess;
    switch (fault) {
      case 'worker-killed': // its trainer finds out by itself
        await killed(worker, worker.pid as number);
        this.workers[at] = this.start('worker');
        return;
      case 'machine-lost':
        await killed(worker, -(worker.pid as number));
        this.workers[at] = this.start('worker');
        return;
      case 'coordinator-killed':
        if (this.coordinator === null) return;
        await killed(this.coordinator, this.coordinator.pid as number);
        if (!this.ended) this.coordinate();
        return;
      case 'redis-emptied':
        await this.redis.stop();
        return this.redis.start();
      case 'redis-away':
        await this.redis.stop();
        await pause(this.settings.awayMs);
        return this.redis.start();
      case 'worker-frozen':
        process.kill(-(worker.pid as number), 'SIGSTOP');
        await pause(2.5 * LEASE_MS);
        process.kill(-(worker.pid as number), 'SIGCONT');
        return;
      case 'store-full':
        writeFileSync(filesIn(this.folder).full, '');
        await pause(1500);
        rmSync(filesIn(this.folder).full);
    }
  }

  /** Until somebody has trained another epoch, or all are trained. */
  async progress(): Promise<void> {
    const epochs = (): number => this.begun().filter(({ type }) => type === 'epoch').length;
    const before = epochs();
    while (!this.ended && epochs() === before) await pause(250);
  }

  /** None where the coordinator has not made the journal yet. */
  private begun(): ReturnType<Round['events']> {
    try {
      return this.events();
    } catch (error) {
      if (error instanceof JournalError) return [];
      throw error;
    }
  }

  async finish(): Promise<void> {
    while (!this.ended) await pause(50);
  }

  events() {
    const journal = openJournalForReading(filesIn(this.folder).study);
    const events = [...journal.read()];
    journal.close();
    return events;
  }

  /** What workers said and were answered. */
  get said(): string {
    return filesIn(this.folder).said;
  }

  async close(): Promise<void> {
    for (const worker of this.workers) await killed(worker, -(worker.pid as number));
    if (this.coordinator !== null) await killed(this.coordinator, this.coordinator.pid as number);
    await this.redis.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private coordinate(): void {
    const child = this.start('coordinator');
    child.once('exit', (code) => {
      if (this.coordinator === child) this.coordinator = null;
      if (code === 0) this.ended = true;
      else if (code !== null) throw new Error(`the coordinator ended with ${code}`);
    });
    this.coordinator = child;
  }

  /** In a process group of its own: a machine is lost with all that runs on it. */
  private start(role: 'coordinator' | 'worker'): ChildProcess {
    return spawn(process.execPath, this.settings.program(role, this.redis.url, this.folder), { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

async function killed(child: ChildProcess, target: number): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode !== null || child.signalCode !== null) return;
  process.kill(target, 'SIGKILL');
  await gone;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
