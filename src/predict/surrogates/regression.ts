// Any of the addon's regressions as a surrogate: hyper-parameters by random search as for SRMs, sigma from left-out errors, and of a forest from how far its
// trees lie apart. Predictions run in bulk, on a device where one is handed in.
import type { Json, Rng } from '../../core/index.js';
import type { Observation } from '../features.js';
import { predictRows } from '../native.js';
import type { NativeDraw, NativeKind, NativeModel, SrmFit } from '../native/types.js';
import { assignFolds } from '../srm/predictor.js';
import { MIN_ROWS } from '../complete-rows.js';
import { drawHyperparameters } from '../srm/kinds.js';
import type { SrmSolver } from '../srm/solver.js';
import { sigmaOf } from '../uncertainty.js';
import { candidateColumns, candidateMatrix } from './columns.js';
import type { FittedSurrogate, Surrogate, SurrogateFitRequest, SurrogateScores } from './surrogate.js';
import { treeSpread } from './tree-spread.js';

/** Predicts row-major rows of `model.columns`; released when the next fit comes. */
export interface Bulk {
  predict(rows: Float64Array): Promise<Float64Array>;
  release(): void;
}

export interface RegressionOptions {
  readonly kind: NativeKind;
  /** Hyper-parameter draws a fit. */
  readonly draws: number;
  readonly solver: SrmSolver;
  /** Default: the addon's own loop. */
  readonly bulk?: (model: NativeModel) => Bulk;
}

/** A hundred columns of so many rows are 13 MB. */
const TILE = 16384;
/** Of the forest's deviation between trees and of left-out errors, what stands for doubt: a leaf of one row leaves trees that agree by chance. */
const LEAST_SHARE = 0.1;

export class RegressionSurrogate implements Surrogate {
  readonly settings: Surrogate['settings'];
  private bulk: Bulk | null = null;

  constructor(private readonly options: RegressionOptions) {
    this.settings = { name: options.kind, draws: options.draws };
  }

  async fit({ rows, rng, chosen }: SurrogateFitRequest): Promise<FittedSurrogate> {
    if (rows.length < MIN_ROWS) throw new RangeError(`${this.options.kind}: expected at least ${MIN_ROWS} scores, got ${rows.length}`);
    const columns = candidateColumns(rows, { beyond: false });
    const design = { kind: this.options.kind, target: Float64Array.from(rows, ({ y }) => y), taus: [{ values: candidateMatrix(columns, rows), columns: columns.count }] };
    const { fit: { model, looResiduals }, draw } = chosen === undefined ? await this.tuned(design, rng) : await this.refitted(design, chosen);
    const doubt = sigmaOf([...looResiduals], 'loo');
    if (!Number.isFinite(doubt)) throw new RangeError(`${this.options.kind}: expected finite left-out errors, got ${doubt}`);
    this.bulk?.release();
    const bulk = (this.bulk = this.options.bulk?.(model) ?? { predict: (values) => Promise.resolve(predictRows(model, values)), release: () => undefined });
    const score = (observations: readonly Observation[]): Promise<SurrogateScores> => scored(model, bulk, doubt, candidateMatrix(columns, observations));
    return { chosen: draw === null ? null : { ...draw }, predict: (observations) => inTiles(observations, score) };
  }

  private async tuned(design: Design, rng: Rng): Promise<Found> {
    const { kind, draws, solver } = this.options;
    const drawn = drawHyperparameters(kind, draws, rng.fork('draws'));
    if (drawn.length === 0) return this.refitted(design, null);
    const { fits: [fit] } = await solver.tune({ ...design, draws: drawn, folds: assignFolds(design.target.length, rng.fork('folds')) });
    return { fit: fit as SrmFit, draw: drawn[fit?.draw ?? 0] ?? null };
  }

  private async refitted(design: Design, chosen: Json): Promise<Found> {
    const draw = chosen as unknown as NativeDraw | null;
    const { fits: [fit] } = await this.options.solver.refit({ ...design, chosen: draw === null ? [] : [draw] });
    return { fit: fit as SrmFit, draw };
  }
}

interface Design {
  readonly kind: NativeKind;
  readonly target: Float64Array;
  readonly taus: readonly { readonly values: Float64Array; readonly columns: number }[];
}

interface Found {
  readonly fit: SrmFit;
  readonly draw: NativeDraw | null;
}

async function scored(model: NativeModel, bulk: Bulk, doubt: number, rows: Float64Array): Promise<SurrogateScores> {
  const mean = await bulk.predict(rows);
  // Boosted trees are no ensemble of guesses: how far they lie apart says nothing.
  const isForest = model.form === 'trees' && model.bias === 0;
  const sigma = isForest ? treeSpread(model, rows).map((apart) => Math.max(apart, LEAST_SHARE * doubt)) : mean.map(() => doubt);
  return { mean, sigma };
}

async function inTiles(observations: readonly Observation[], score: (some: readonly Observation[]) => Promise<SurrogateScores>): Promise<SurrogateScores> {
  const out = { mean: new Float64Array(observations.length), sigma: new Float64Array(observations.length) };
  for (let first = 0; first < observations.length; first += TILE) {
    const { mean, sigma } = await score(observations.slice(first, first + TILE));
    out.mean.set(mean, first);
    out.sigma.set(sigma, first);
  }
  return out;
}
