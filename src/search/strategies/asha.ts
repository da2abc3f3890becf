// ASHA (Li et al. 2020): successive halving that never waits. Whenever it is asked it promotes a trial that is among the best 1 / eta of
// those that have reached its rung so far, from the highest rung down; where there is none it begins a new one.
import { UsageError, type Stakes, type StoredEvent, type Strategy, type TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import { placeIn } from './place-in.js';
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
  /** Of them those that nobody promoted, the best first; who was frozen or cancelled since is found out when its turn comes. */
  readonly waiting: TrialId[];
}

export class AshaStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly rungs = new Rungs();
  private readonly ladder: readonly Rung[];
  private started = 0;
  /** Somebody was trained to the end. */
  private finished = false;

  constructor(private readonly source: Source, private readonly options: AshaOptions) {
    const { trials, epochs, eta, first } = options;
    if (!(eta > 1)) throw new UsageError(`asha: expected eta above 1, got ${eta}`);
    if (!(first >= 1 && first <= epochs)) throw new UsageError(`asha: expected a first rung of 1 to ${epochs} epochs, got ${first}`);
    if (!Number.isInteger(trials) || trials < 1) throw new UsageError(`asha: expected trials to be a whole number from 1, got ${trials}`);
    this.settings = { name: 'asha', source: source.settings, trials, epochs, eta, first };
    const ladder: Rung[] = [];
    for (let at = first; Math.round(at) < epochs; at *= eta) {
      if (ladder.at(-1)?.epochs !== Math.round(at)) ladder.push({ epochs: Math.round(at), reached: [], waiting: [] });
    }
    this.ladder = ladder;
  }

  tell(event: StoredEvent): void {
    this.rungs.tell(event);
    this.source.tell(event);
    if (event.type === 'start') this.started++;
    if (event.type === 'pause') this.reach(event.trial);
    if (event.type === 'finish') this.finished = true;
    for (const { waiting } of this.ladder) while (waiting[0] !== undefined && this.rungs.get(waiting[0])?.paused !== true) waiting.shift();
  }

  async ask(): ReturnType<Strategy['ask']> {
    for (let k = this.ladder.length - 1; k >= 0; k--) {
      const trial = this.promotable(this.ladder[k] as Rung);
      if (trial !== undefined) return { action: 'resume', trial, until: this.above(k) };
    }
    const offer = this.started < this.options.trials ? await this.source.next(this.started) : null;
    if (offer !== null) return { action: 'start', ...offer, until: this.ladder[0]?.epochs ?? this.options.epochs };
    if (this.rungs.busy() > 0) return { action: 'wait' };
    const left = this.finished ? undefined : this.furthest();
    return left === undefined ? { action: 'done' } : { action: 'resume', ...left };
  }

  /** Rungs rank, nothing is predicted: no rule judges within them. */
  stakes(): Stakes | null {
    return null;
  }

  /** The best that waits, where it is among the best 1 / eta of all. */
  private promotable({ epochs, reached, waiting }: Rung): TrialId | undefined {
    const [best] = waiting;
    if (best === undefined) return undefined;
    return placeIn(reached, best, byScore(this.rungs, epochs)) < Math.floor(reached.length / this.options.eta) ? best : undefined;
  }

  /** Too few trials for so many rungs: nobody is among the best 1 / eta any more. The best of the highest rung goes on, so that the search ends with a full training. */
  private furthest(): { readonly trial: TrialId; readonly until: number } | undefined {
    const k = this.ladder.findLastIndex(({ waiting }) => waiting.length > 0);
    const trial = this.ladder[k]?.waiting[0];
    return trial === undefined ? undefined : { trial, until: this.above(k) };
  }

  private above(k: number): number {
    return this.ladder[k + 1]?.epochs ?? this.options.epochs;
  }

  private reach(trial: TrialId): void {
    const until = this.rungs.get(trial)?.until ?? 0;
    const rung = this.ladder[this.rungOf(until)];
    if (rung === undefined) return;
    const order = byScore(this.rungs, rung.epochs);
    for (const list of [rung.reached, rung.waiting]) {
      const place = placeIn(list, trial, order);
      if (list[place] !== trial) list.splice(place, 0, trial);
    }
  }

  /** The rung that trains to `until`; the ladder's length where that is T. */
  private rungOf(until: number): number {
    const at = this.ladder.findIndex(({ epochs }) => epochs === until);
    return at < 0 ? this.ladder.length : at;
  }
}
