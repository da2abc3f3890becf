// The chain model as a predictor of final scores, for evaluation and for rules that ask a predictor. Each number of seen points has a
// chain of its own, whose grid holds that point: nothing that was seen is lost.
import type { Json } from '../../core/index.js';
import { predictionOf } from '../draws.js';
import type { FeaturePart, Observation } from '../features.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest, TrainingRow } from '../predictor.js';
import { chainGrid, firstLook } from './grid.js';
import { CHAIN_PARTICLES, fitChainModel, walk, type ChainModel } from './model.js';

export interface ChainOptions {
  readonly features: readonly FeaturePart[];
  readonly particles?: number;
}

/** Runs that must have reached the horizon: the last step's regression needs two. */
const MIN_FINISHED = 2;

/** Points of the predictor's grid: finer than the rule's, which pays for every look. */
const POINTS = 12;

export class ChainPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];
  private readonly particles: number;

  constructor(private readonly options: ChainOptions) {
    this.particles = options.particles ?? CHAIN_PARTICLES;
    this.settings = { name: 'chain', features: options.features.join('+'), particles: this.particles };
  }

  fit({ rows, horizon, taus, rng, chosen }: PredictorFitRequest): Promise<FittedPredictor> {
    if (taus.includes(0)) return Promise.reject(new RangeError('chain: expected at least one point of the curve, got tau 0; a regression on AP and HP needs none'));
    const finished = rows.filter(({ curve }) => curve.length >= horizon).length;
    if (finished < MIN_FINISHED) return Promise.reject(new RangeError(`chain: expected at least ${MIN_FINISHED} curves that reach epoch ${horizon}, got ${finished}`));
    const seed = (chosen as { readonly seed?: number } | undefined)?.seed ?? rng.fork('chain').int(2 ** 31);
    const ordered = [...rows].sort((a, b) => a.trial - b.trial);
    return Promise.resolve(new FittedChain(horizon, taus, { ...this.options, particles: this.particles }, ordered, seed));
  }
}

class FittedChain implements FittedPredictor {
  readonly chosen: Json;
  readonly summary: { readonly [key: string]: Json };
  /** By tau; fitted when first asked for. */
  private readonly models = new Map<number, ChainModel>();

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    private readonly options: Required<ChainOptions>,
    private readonly rows: readonly TrainingRow[],
    private readonly seed: number,
  ) {
    this.chosen = { seed };
    this.summary = { runs: rows.length };
    for (const tau of taus) this.modelAt(tau); // a fit that fails fails now
  }

  predict(observation: Observation, tau: number): Promise<Prediction> {
    if (!this.taus.includes(tau)) return Promise.reject(new RangeError(`chain: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`));
    const curve = observation.curve.slice(0, tau);
    const [ends] = walk(this.modelAt(tau), [{ ...observation, curve }]);
    return Promise.resolve(predictionOf(ends as Float64Array));
  }

  private modelAt(tau: number): ChainModel {
    const known = this.models.get(tau);
    if (known !== undefined) return known;
    const from = Math.min(tau, firstLook(this.horizon));
    const { features, particles } = this.options;
    const model = fitChainModel(this.rows, chainGrid(this.horizon, [tau], POINTS).filter((epoch) => epoch >= from), features, { seed: this.seed, particles, posterior: 0 });
    this.models.set(tau, model);
    return model;
  }
}
