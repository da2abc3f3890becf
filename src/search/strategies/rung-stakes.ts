// What a rule may judge within a rung (f-Hyperband, Baker et al. 2017): the score at the rung's own r_i against the ceil(kappa n_i)-th best that
// reached it in this rung. Silent until so many trainings reached r_i before the rung was opened, and until the rung has its ceil(kappa n_i).
// Ours: a rung that trains to the end promotes nobody, and the best of all brackets is what a run of Hyperband gives, so there the best
// full training of the run is a bar too, from whichever bracket.
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
  /** The best full training of this run of Hyperband. */
  private top: number | null = null;
  private bracket = Infinity;
  private rung: { readonly epochs: number; readonly wanted: number; readonly judged: boolean } | null = null;

  /** `most`: R, epochs of a full training. */
  constructor(private readonly pruning: Pruning, private readonly most: number) {
    const { kappa, minModels } = pruning;
    if (!(kappa > 0 && kappa <= 1)) throw new UsageError(`kappa: expected a share above 0 and at most 1, got ${kappa}`);
    if (!Number.isInteger(minModels) || minModels < 1) throw new UsageError(`min-models: expected a whole number from 1, got ${minModels}`);
  }

  /** Whether a rung of so many epochs would be judged, were it opened now. */
  judges(epochs: number): boolean {
    const { minModels, known } = this.pruning;
    return (this.reached[epochs] ?? 0) + known >= minModels;
  }

  /** A bracket whose first rung has so many epochs. Those of a run begin higher and higher: one that does not begins another run. */
  openBracket(first: number): void {
    if (first <= this.bracket) this.top = null;
    this.bracket = first;
  }

  /** n_i trials are to reach `epochs`. */
  open(epochs: number, trials: number): void {
    this.best.length = 0;
    this.rung = { epochs, wanted: Math.ceil(this.pruning.kappa * trials), judged: this.judges(epochs) };
  }

  tell(event: StoredEvent): void {
    if (event.type !== 'epoch') return;
    this.reached[event.epoch] = (this.reached[event.epoch] ?? 0) + 1;
    if (event.epoch === this.most) this.top = Math.max(this.top ?? -Infinity, event.value);
    if (this.rung === null || event.epoch !== this.rung.epochs) return;
    const place = this.best.findIndex((value) => value < event.value);
    this.best.splice(place < 0 ? this.best.length : place, 0, event.value);
    this.best.length = Math.min(this.best.length, this.rung.wanted);
  }

  now(): Stakes | null {
    const { rung, best } = this;
    if (rung === null || !rung.judged) return null;
    const own = best[rung.wanted - 1] ?? null;
    const bar = rung.epochs === this.most && this.top !== null ? Math.max(this.top, own ?? -Infinity) : own;
    return bar === null ? null : { horizon: rung.epochs, bar };
  }
}
