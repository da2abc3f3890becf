// Who trains, from the events alone: an attempt names its worker where it is handed out, and its epochs are that worker's. A fleet hands out
// before it knows who will take it, and notes who did (`attempt`).
import type { StoredEvent } from '../../core/index.js';
import { attemptOf } from '../../study/index.js';
import type { WorkerLine } from '../wire.js';

/** Of the loop that runs in the study's own process, which need not name itself. */
const LOCAL = 'local';
/** Rates are counted over windows of so many milliseconds. */
const WINDOW_MS = 10_000;

interface Known {
  adapter: string | null;
  readonly trials: Set<number>;
  epochs: number;
  failures: number;
  first: number;
  time: number;
  window: number;
  inWindow: number;
  before: number | null;
}

export class Workers {
  /** Number of the event that last changed anything here. */
  seq = 0;
  private readonly known = new Map<string, Known>();
  /** By trial: who holds it. */
  private readonly holders = new Map<number, string>();

  hear(event: StoredEvent): void {
    if (event.type === 'open') this.take(event, event.by);
    else if (event.type === 'note') this.hearNote(event);
    else if (event.type === 'epoch') this.work(event);
    else if (event.type === 'release' || event.type === 'fail' || event.type === 'finish' || event.type === 'cancel' || event.type === 'pause') this.leave(event, event.type === 'fail');
    else if (event.type === 'verdict' && event.verdict.action === 'freeze') this.leave(event, false);
  }

  lines(): WorkerLine[] {
    const seen = [...this.known].filter(([, { epochs, trials }]) => epochs > 0 || trials.size > 0);
    return seen.map(([name, { adapter, trials, epochs, failures, time, ...rate }]) => ({ name, adapter, trials: [...trials], epochs, failures, time, perMinute: perMinute({ epochs, time, ...rate }) }));
  }

  private hearNote(event: Extract<StoredEvent, { type: 'note' }>): void {
    const taken = attemptOf(event);
    if (taken === null) return;
    const { trial } = taken;
    this.known.get(this.holders.get(trial) ?? '')?.trials.delete(trial);
    this.take({ ...event, trial }, taken);
  }

  private take({ trial, time, seq }: { readonly trial: number; readonly time: number; readonly seq: number }, by: { readonly worker: string; readonly adapter?: string } | undefined): void {
    const name = by?.worker ?? LOCAL;
    const fresh: Known = { adapter: null, trials: new Set(), epochs: 0, failures: 0, first: time, time, window: time, inWindow: 0, before: null };
    const worker = this.known.get(name) ?? fresh;
    this.known.set(name, worker);
    this.holders.set(trial, name);
    worker.adapter = by?.adapter ?? worker.adapter;
    worker.trials.add(trial);
    worker.time = time;
    this.seq = seq;
  }

  private work({ trial, time, seq }: Extract<StoredEvent, { type: 'epoch' }>): void {
    const worker = this.known.get(this.holders.get(trial) ?? '');
    if (worker === undefined) return;
    worker.epochs++;
    worker.time = time;
    if (time - worker.window >= WINDOW_MS) {
      worker.before = (worker.inWindow * WINDOW_MS) / (time - worker.window);
      worker.window = time;
      worker.inWindow = 0;
    }
    worker.inWindow++;
    this.seq = seq;
  }

  private leave({ trial, time, seq }: { readonly trial: number; readonly time: number; readonly seq: number }, failed: boolean): void {
    const worker = this.known.get(this.holders.get(trial) ?? '');
    if (worker === undefined) return;
    worker.trials.delete(trial);
    worker.time = time;
    if (failed) worker.failures++;
    this.seq = seq;
  }
}

/** In the last whole window; before there is one, since its beginning. */
function perMinute({ before, epochs, first, time }: Pick<Known, 'before' | 'epochs' | 'first' | 'time'>): number {
  if (before !== null) return (before * 60_000) / WINDOW_MS;
  return time > first ? (epochs * 60_000) / (time - first) : 0;
}
