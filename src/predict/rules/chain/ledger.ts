// When the chain is fitted, on what, and how the same fit comes back after a resume: whenever so many runs have reached another point of the
// grid since the last time, on all runs as they stand. A fit is named by the moment at which it was journaled: the data of that
// moment are the curves as far as they were told by then. It judges no trial.
import type { FitRecord, StoredEvent } from '../../../core/index.js';
import { chancesBelow, fitChainModel, walk, type ChainModel } from '../../chain/model.js';
import type { FeaturePart, Observation } from '../../features.js';
import { observe, type TrialBook, type TrialRecord } from '../trial-book.js';

interface Fit {
  /** Epochs told when it was journaled. */
  readonly version: number;
  /** By trial: epochs known then. */
  readonly lengths: Int32Array;
}

interface Horizon {
  readonly grid: readonly number[];
  readonly points: ReadonlySet<number>;
  /** Runs that reached a point of the grid since the last fit. */
  advances: number;
  fits: number;
  last: Fit | null;
  model: { readonly version: number; readonly model: ChainModel } | null;
}

/** A fit at least so many advances after the last one, and after a sixtieth of the runs. */
const REFIT_ADVANCES = 8;
const REFIT_SHARE = 1 / 60;

export interface ChainLedgerOptions {
  readonly features: readonly FeaturePart[];
  readonly particles: number;
  /** Of the regressions (native/chain/chain.hpp); 0 = none. */
  readonly posterior: number;
  readonly gridOf: (horizon: number) => readonly number[];
}

export class ChainLedger {
  private readonly horizons = new Map<number, Horizon>();
  private version = 0;
  private started = 0;

  constructor(
    private readonly book: TrialBook,
    private readonly options: ChainLedgerOptions,
    private readonly seed: number,
  ) {}

  /** After the book was told. */
  tell(event: StoredEvent): void {
    if (event.type === 'start') this.started++;
    if (event.type === 'epoch') {
      this.version++;
      for (const each of this.horizons.values()) if (each.points.has(event.epoch)) each.advances++;
    }
    if (event.type !== 'fit' || event.record.by !== 'chain' || typeof event.record['horizon'] !== 'number') return;
    const state = this.stateOf(event.record['horizon']);
    state.advances = 0;
    state.fits++;
    state.last = { version: this.version, lengths: this.lengths() };
  }

  isPoint(epoch: number, horizon: number): boolean {
    return this.stateOf(horizon).points.has(epoch);
  }

  /** Fits where it is time; the record is to be journaled before anything acts on the fit. */
  current(horizon: number): FitRecord | undefined {
    const state = this.stateOf(horizon);
    const due = state.last === null || state.advances >= Math.max(REFIT_ADVANCES, this.started * REFIT_SHARE);
    return due ? this.fit(state, horizon) : undefined;
  }

  /** Fits where anything came in since the last time. */
  latest(horizon: number): FitRecord | undefined {
    const state = this.stateOf(horizon);
    return state.last !== null && state.last.version === this.version ? undefined : this.fit(state, horizon);
  }

  /** Of the fit that was made or journaled last. */
  walkAll(records: readonly TrialRecord[], horizon: number): readonly Float64Array[] {
    return walk(this.modelOf(this.stateOf(horizon)), records.map((record) => observe(record)));
  }

  /** p(y <= bar) of each; NaN where it cannot be said. */
  chancesBelow(records: readonly TrialRecord[], bars: readonly number[], horizon: number): Float64Array {
    return chancesBelow(this.modelOf(this.stateOf(horizon)), records.map((record) => observe(record)), bars);
  }

  private fit(state: Horizon, horizon: number): FitRecord {
    const runs = this.runsAt(this.lengths(), state);
    // It is the next one as soon as it is told.
    state.model = { version: this.version, model: this.modelFrom(runs, state, state.fits + 1) };
    return { by: 'chain', horizon, count: runs.length, reached: state.grid.map((epoch) => this.book.countAt(epoch)), penalties: state.model.model.steps.map(({ penalty }) => (Number.isFinite(penalty) ? penalty : null)) };
  }

  private modelOf(state: Horizon): ChainModel {
    const wanted = state.model !== null && (state.last === null || state.model.version >= state.last.version) ? state.model.model : null;
    if (wanted !== null) return wanted;
    const { version, lengths } = state.last ?? { version: this.version, lengths: new Int32Array(0) };
    const model = this.modelFrom(this.runsAt(lengths, state), state, state.fits);
    state.model = { version, model };
    return model;
  }

  private modelFrom(runs: readonly Observation[], { grid }: Horizon, fits: number): ChainModel {
    const { features, particles, posterior } = this.options;
    return fitChainModel(runs, grid, features, { seed: this.seed + fits, particles, posterior });
  }

  private lengths(): Int32Array {
    return Int32Array.from({ length: this.started }, (_, trial) => this.book.get(trial)?.values.length ?? 0);
  }

  /** Runs as they stood, those that broke off or train an epoch again too: what was seen of them counts like any other. */
  private runsAt(lengths: Int32Array, { grid }: Horizon): Observation[] {
    return [...lengths].flatMap((length, trial) => {
      const record = this.book.get(trial);
      return record === undefined || length < (grid[0] as number) ? [] : [observe(record, length)];
    });
  }

  private stateOf(horizon: number): Horizon {
    const known = this.horizons.get(horizon);
    if (known !== undefined) return known;
    const grid = this.options.gridOf(horizon);
    const state: Horizon = { grid, points: new Set(grid), advances: 0, fits: 0, last: null, model: null };
    this.horizons.set(horizon, state);
    return state;
  }
}
