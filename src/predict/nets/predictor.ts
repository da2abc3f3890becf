// Nets that foretell final scores, trained on our own kernels: `gcn`, a directed graph network over operations (Wen et al. 2020, Neural Predictor), and
// `mlp`, a perceptron over the feature row. Of each an ensemble: members are trained side by side, each without a share of the rows, so that what they
// left out says how far a prediction may be off. One ensemble a tau, on curves that reached the horizon.
import { UsageError, type Json } from '../../core/index.js';
import { type EnsembleSpec, scoresOnCpu, trainEnsemble, trainSettings } from '../../nn/index.js';
import type { OpContext } from '../../ops/index.js';
import { completeRows } from '../complete-rows.js';
import type { ColumnScale, FeaturePart } from '../features.js';
import type { CurvePredictor, FittedPredictor, PredictorFitRequest, TrainingRow } from '../predictor.js';
import { rowlessSpread } from '../spread/fit.js';
import type { SigmaKind } from '../uncertainty.js';
import { FittedNets, type FittedNet } from './fitted.js';
import { columnsOf, fitInputs, type NetKind, netGraph, type NetInputs, netRow, netSet } from './inputs.js';
import { normalScores } from '../normal-scores.js';
import { type NetRecipe, recipeOf } from './recipe.js';

export interface NetOptions {
  readonly kind: NetKind;
  readonly features: readonly FeaturePart[];
  readonly scale: ColumnScale;
  readonly sigma: SigmaKind;
  /** Opened at the first fit. */
  readonly openContext: () => Promise<OpContext>;
  /** What is not said is the kind's own. */
  readonly recipe?: Partial<NetRecipe>;
}

interface Fitting {
  readonly tau: number;
  readonly seed: string;
  readonly from: FittedNet | null;
}

/** Seeds that a fit keeps as its choice. */
const SEEDS = 2 ** 32;

export class NetPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];
  private readonly recipe: NetRecipe;

  constructor(private readonly options: NetOptions) {
    const { kind, features, scale, sigma, recipe = {} } = options;
    if (sigma === 'hetero') throw new UsageError(`${kind}: expected a sigma among loo, mad, upper and conformal, got hetero; a net's sigma depends on the row already, by how far its members are apart`);
    this.recipe = recipeOf(kind, recipe);
    this.settings = { name: kind, features: features.join('+'), scale, sigma, ...(this.recipe as unknown as { readonly [key: string]: Json }) };
  }

  async fit(request: PredictorFitRequest): Promise<FittedPredictor> {
    const rows = completeRows(request, this.options.kind);
    const chosen = (request.chosen as { readonly seed: number } | undefined) ?? { seed: request.rng.fork('net').int(SEEDS) };
    const from = request.from instanceof FittedNets ? request.from : null;
    const context = await this.options.openContext();
    const nets: FittedNet[] = [];
    // One after another: they share the device.
    for (const tau of request.taus) nets.push(await this.fitAt(context, rows, request, { tau, seed: `net ${chosen.seed} ${tau}`, from: from?.nets[from.taus.indexOf(tau)] ?? null }));
    return new FittedNets(request.horizon, request.taus, nets, { ...chosen }, this.options.openContext);
  }

  private async fitAt(context: OpContext, rows: readonly TrainingRow[], { horizon, signal }: PredictorFitRequest, { tau, seed, from }: Fitting): Promise<FittedNet> {
    const { kind, features, scale: columns, sigma } = this.options;
    const inputs = from?.inputs ?? fitInputs(kind, rows, tau, features, columns);
    const set = netSet(inputs, rows);
    const finals = rows.map(({ curve }) => curve[horizon - 1] as number);
    const broken = [...finals, ...set.features].find((value) => !Number.isFinite(value));
    if (broken !== undefined) throw new RangeError(`${kind} at tau ${tau}: expected finite scores and features, got ${broken}`);
    const scale = normalScores(finals);
    const targets = Float32Array.from(finals, (score) => scale.to(score));
    const nodes = (set.graphs ?? []).reduce((most, { words }) => Math.max(most, words.length), 1);
    const spec = specOf(inputs, this.recipe, nodes);
    const epochs = epochsFor(this.recipe, rows.length, from !== null);
    const rate = from === null ? this.recipe.rate : this.recipe.rate * FINE_RATE;
    const settings = trainSettings({ optimizer: 1, learning_rate: rate, weight_decay: this.recipe.decay, decoupled: 1, lr_schedule: 2, lr_epochs: epochs, batch_size: this.recipe.batch });
    const weights = await trainEnsemble(context, { spec, set, targets, rows: foldRows(rows.length, spec.members), settings, loss: this.recipe.loss, epochs, seed, ...(from === null ? {} : { from: from.weights }), ...(signal === undefined ? {} : { signal }) });
    const leftOut = rows.map((row, i) => (targets[i] as number) - (scoresOnCpu(spec, weights, netGraph(inputs, row), netRow(inputs, row))[i % spec.members] as number));
    return { inputs, spec, weights, scale, spread: rowlessSpread(sigma as Exclude<SigmaKind, 'hetero'>, leftOut).of(new Float64Array(0)) };
  }
}

/** Of a fit that goes on from another: shares of the epochs and of the rate. */
const [FINE_EPOCHS, FINE_RATE] = [0.4, 0.5];
/** Rows that the recipe's epochs are for. */
const USUAL_ROWS = 156;

/** More rows are more steps an epoch: fewer epochs, with the root of the number. */
function epochsFor({ epochs }: NetRecipe, rows: number, fine: boolean): number {
  return Math.max(1, Math.round(epochs * Math.min(1, Math.sqrt(USUAL_ROWS / rows)) * (fine ? FINE_EPOCHS : 1)));
}

/** Member e is trained without rows e, e + members, ... */
function foldRows(count: number, members: number): number[][] {
  const all = Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: members }, (_, e) => (members === 1 ? all : all.filter((i) => i % members !== e)));
}

function specOf(inputs: NetInputs, { members, channels, dense, dropout }: NetRecipe, nodes: number): EnsembleSpec {
  const graph = inputs.words === null ? null : { words: inputs.words.length, nodes, channels };
  return { members, graph, features: columnsOf(inputs), dense, dropout };
}
