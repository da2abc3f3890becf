// What a rule may judge within a rung (f-Hyperband, Baker et al. 2017): the score at the rung's own r_i against the ceil(kappa n_i)-th best that
// reached it in this rung. Silent until so many trainings reached r_i before the rung was opened, and until the rung has its ceil(kappa n_i).
import { UsageError, type Stakes, type StoredEvent } from '../../core/index.js';

export interface Pruning {
  /** Share of a rung that must reach r_i before others are stopped, in (0, 1]. */
  readonly kappa: number;
  /** Trainings to r_i before its regressions are trusted. */
  readonly minModels: number;
  /** Trainings from before the study, all epochs long. */
  readonly known: number;
}

export class RungStakes {
  /** By epoch: trainings that reached it, repeats included. */
  private readonly reached: number[] = [];
  private readonly best: number[] = [];
  private rung: { readonly epochs: number; readonly wanted: number; readonly judged: boolean } | null = null;

  constructor(private readonly pruning: Pruning) {
    const { kappa, minModels } = pruning;
    if (!(kappa > 0 && kappa <= 1)) throw new UsageError(`kappa: expected a share above 0 and at most 1, got ${kappa}`);
    if (!Number.isInteger(minModels) || minModels < 1) throw new UsageError(`min-models: expected a whole number from 1, got ${minModels}`);
  }

  /** n_i trials are to reach `epochs`. */
  open(epochs: number, trials: number): void {
    const { kappa, minModels, known } = this.pruning;
    this.best.length = 0;
    this.rung = { epochs, wanted: Math.ceil(kappa * trials), judged: (this.reached[epochs] ?? 0) + known >= minModels };
  }

  tell(event: StoredEvent): void {
    if (event.type !== 'epoch') return;
    this.reached[event.epoch] = (this.reached[event.epoch] ?? 0) + 1;
    if (this.rung === null || event.epoch !== this.rung.epochs) return;
    const place = this.best.findIndex((value) => value < event.value);
    this.best.splice(place < 0 ? this.best.length : place, 0, event.value);
    this.best.length = Math.min(this.best.length, this.rung.wanted);
  }

  now(): Stakes | null {
    const { rung, best } = this;
    const bar = rung === null ? undefined : best[rung.wanted - 1];
    return rung === null || !rung.judged || bar === undefined ? null : { horizon: rung.epochs, bar };
  }
}
