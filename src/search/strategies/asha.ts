// ASHA (Li et al. 2020): successive halving that never waits. Whenever it is asked it promotes a trial that is among the best 1 / eta of
// those that have reached its rung so far, from the highest rung down; where there is none it begins a new one.
import { UsageError, type Stakes, type StoredEvent, type Strategy, type TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import { byScore, Rungs } from './rungs.js';

export interface AshaOptions {
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  readonly eta: number;
  /** Epochs of the first rung. */
  readonly first: number;
}

interface Rung {
  readonly epochs: number;
  /** Those that reached it, the best first. */
  readonly reached: TrialId[];
  readonly promoted: Set<TrialId>;
}

export class AshaStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly rungs = new Rungs();
  private readonly ladder: readonly Rung[];
  private started = 0;

  constructor(private readonly source: Source, private readonly options: AshaOptions) {
    const { trials, epochs, eta, first } = options;
    if (!(eta > 1)) throw new UsageError(`asha: expected eta above 1, got ${eta}`);
    if (!(first >= 1 && first <= epochs)) throw new UsageError(`asha: expected a first rung of 1 to ${epochs} epochs, got ${first}`);
    if (!Number.isInteger(trials) || trials < 1) throw new UsageError(`asha: expected trials to be a whole number from 1, got ${trials}`);
    this.settings = { name: 'asha', source: source.settings, trials, epochs, eta, first };
    const ladder: Rung[] = [];
    for (let at = first; Math.round(at) < epochs; at *= eta) ladder.push({ epochs: Math.round(at), reached: [], promoted: new Set() });
    this.ladder = ladder;
  }

  tell(event: StoredEvent): void {
    this.rungs.tell(event);
    this.source.tell(event);
    if (event.type === 'start') this.started++;
    if (event.type === 'pause') this.reach(event.trial);
    if (event.type === 'resume') this.ladder[this.rungOf(event.until) - 1]?.promoted.add(event.trial);
  }

  async ask(): ReturnType<Strategy['ask']> {
    for (let k = this.ladder.length - 1; k >= 0; k--) {
      const trial = this.promotable(this.ladder[k] as Rung);
      if (trial !== undefined) return { action: 'resume', trial, until: this.ladder[k + 1]?.epochs ?? this.options.epochs };
    }
    const offer = this.started < this.options.trials ? await this.source.next(this.started) : null;
    if (offer !== null) return { action: 'start', ...offer, until: this.ladder[0]?.epochs ?? this.options.epochs };
    return { action: this.rungs.busy() > 0 ? 'wait' : 'done' };
  }

  /** Rungs rank, nothing is predicted: no rule judges within them. */
  stakes(): Stakes | null {
    return null;
  }

  private promotable({ reached, promoted }: Rung): TrialId | undefined {
    const top = Math.floor(reached.length / this.options.eta);
    return reached.slice(0, top).find((trial) => !promoted.has(trial) && this.rungs.get(trial)?.paused === true);
  }

  private reach(trial: TrialId): void {
    const until = this.rungs.get(trial)?.until ?? 0;
    const rung = this.ladder[this.rungOf(until)];
    if (rung === undefined) return;
    const order = byScore(this.rungs, rung.epochs);
    const place = rung.reached.findIndex((other) => order(trial, other) < 0);
    rung.reached.splice(place < 0 ? rung.reached.length : place, 0, trial);
  }

  /** The rung that trains to `until`; the ladder's length where that is T. */
  private rungOf(until: number): number {
    const at = this.ladder.findIndex(({ epochs }) => epochs === until);
    return at < 0 ? this.ladder.length : at;
  }
}
