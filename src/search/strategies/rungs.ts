// Who stands where in a search by rungs, folded from events at constant cost each: which trials reached which epoch with which score,
// who still runs, who waits to be promoted. It promotes nobody.
import type { StoredEvent, TrialId } from '../../core/index.js';

export interface Standing {
  readonly trial: TrialId;
  /** The epoch up to which it was last told to train. */
  until: number;
  running: boolean;
  /** It can go on: it reached `until` and waits. */
  paused: boolean;
  /** By epoch, from 1. One that is trained again keeps its first value: by that it was ranked. */
  readonly values: number[];
}

export class Rungs {
  private readonly standings = new Map<TrialId, Standing>();
  private running = 0;

  tell(event: StoredEvent): void {
    if (event.type === 'start') {
      this.standings.set(event.trial, { trial: event.trial, until: event.until, running: true, paused: false, values: [] });
      this.running++;
      return;
    }
    const standing = 'trial' in event ? this.standings.get(event.trial) : undefined;
    if (standing !== undefined) this.move(standing, event);
  }

  /** Trials that are being trained. */
  busy(): number {
    return this.running;
  }

  get(trial: TrialId): Standing | undefined {
    return this.standings.get(trial);
  }

  /** Score at that epoch; -infinity of a trial that did not get there. */
  scoreAt(trial: TrialId, epoch: number): number {
    return this.standings.get(trial)?.values[epoch - 1] ?? -Infinity;
  }

  private move(standing: Standing, event: StoredEvent): void {
    switch (event.type) {
      case 'epoch':
        standing.values[event.epoch - 1] ??= event.value;
        return;
      case 'resume':
        standing.until = event.until;
        return this.set(standing, true, false);
      case 'thaw':
        return this.set(standing, true, false);
      case 'pause':
        return this.set(standing, false, true);
      case 'verdict':
        if (event.verdict.action === 'freeze') this.set(standing, false, false);
        return;
      case 'finish':
      case 'fail':
      case 'cancel':
        return this.set(standing, false, false);
      default:
        return;
    }
  }

  private set(standing: Standing, running: boolean, paused: boolean): void {
    if (standing.running !== running) this.running += running ? 1 : -1;
    standing.running = running;
    standing.paused = paused;
  }
}

/** The best first; the earlier trial of equals. */
export function byScore(rungs: Rungs, epoch: number): (a: TrialId, b: TrialId) => number {
  return (a, b) => rungs.scoreAt(b, epoch) - rungs.scoreAt(a, epoch) || a - b;
}
