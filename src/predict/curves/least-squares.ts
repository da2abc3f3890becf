// POW4 and MMF4 as predictors: one family fitted to the seen points by least squares, its end the prediction. The training rows give the spread alone:
// from what the same fit misses on them. It learns no shape from other runs.
import { UsageError, type Json } from '../../core/index.js';
import type { Observation } from '../features.js';
import { extrapolatePoints } from '../native.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest } from '../predictor.js';
import { rowlessSpread } from '../spread/fit.js';
import type { Spread } from '../spread/spread.js';
import type { SigmaKind } from '../uncertainty.js';
import type { UnitInterval } from './unit.js';

/** Kinds by the names that the literature gives them; a family each. */
export const LEAST_SQUARES_KINDS = ['pow4', 'mmf4'] as const;
export type LeastSquaresKind = (typeof LEAST_SQUARES_KINDS)[number];

export interface LeastSquaresOptions {
  readonly kind: LeastSquaresKind;
  readonly unit: UnitInterval;
  readonly sigma: SigmaKind;
}

/** Runs that reached the horizon: a spread of fewer says nothing. */
const MIN_FINISHED = 2;

export class LeastSquaresPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];

  constructor(private readonly options: LeastSquaresOptions) {
    rowlessKind(options);
    this.settings = { name: options.kind, sigma: options.sigma };
  }

  async fit({ rows, horizon, taus }: PredictorFitRequest): Promise<FittedPredictor> {
    const { kind } = this.options;
    if (taus.includes(0)) throw new RangeError(`${kind}: expected at least one point of the curve, got tau 0; a regression on AP and HP needs none`);
    const finished = rows.filter(({ curve }) => curve.length >= horizon).sort((a, b) => a.trial - b.trial);
    if (finished.length < MIN_FINISHED) throw new RangeError(`${kind}: expected at least ${MIN_FINISHED} curves that reach epoch ${horizon}, got ${finished.length}`);
    return Promise.resolve(new FittedLeastSquares(horizon, taus, this.options, finished));
  }
}

class FittedLeastSquares implements FittedPredictor {
  readonly chosen: Json = {};
  readonly summary: { readonly [key: string]: Json };
  /** By tau; worked out when first asked for. */
  private readonly spreads = new Map<number, Spread>();

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    private readonly options: LeastSquaresOptions,
    private readonly finished: readonly Observation[],
  ) {
    this.summary = { runs: finished.length };
  }

  async predict({ curve }: Observation, tau: number): Promise<Prediction> {
    if (!this.taus.includes(tau)) throw new RangeError(`${this.options.kind}: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`);
    if (curve.length < tau) throw new RangeError(`${this.options.kind} at tau ${tau}: expected a curve of at least ${tau} epochs, got ${curve.length}`);
    const { sigma, below } = this.spreadAt(tau);
    const [mean] = this.ends([curve.slice(0, tau)]) as [number];
    return Promise.resolve({ mean, sigma, below: (bar) => below(bar - mean) });
  }

  private spreadAt(tau: number): Spread {
    const known = this.spreads.get(tau);
    if (known !== undefined) return known;
    const ends = this.ends(this.finished.map(({ curve }) => curve.slice(0, tau)));
    const errors = this.finished.map(({ curve }, i) => (curve[this.horizon - 1] as number) - (ends[i] as number));
    const spread = rowlessSpread(rowlessKind(this.options), errors).of(new Float64Array(0));
    this.spreads.set(tau, spread);
    return spread;
  }

  private ends(curves: readonly (readonly number[])[]): number[] {
    const { kind, unit } = this.options;
    const ends = extrapolatePoints(kind === 'pow4' ? 'pow4' : 'mmf', curves.map((curve) => curve.map(unit.to)), this.horizon);
    return Array.from(ends, unit.from);
  }
}

function rowlessKind({ kind, sigma }: LeastSquaresOptions): Exclude<SigmaKind, 'hetero'> {
  if (sigma !== 'hetero') return sigma;
  throw new UsageError(`${kind}: expected a sigma that needs no features (loo, mad, upper, conformal), got hetero`);
}
