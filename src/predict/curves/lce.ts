// Learning curve extrapolation (Domhan et al. 2015) as a predictor: native/curves/lce.hpp has the model, here a metric is mapped into 0..1 and draws become a
// prediction. It learns nothing from other runs: `fit` takes no notice of its rows.
import { UsageError, type Json } from '../../core/index.js';
import { predictionOf } from '../draws.js';
import type { Observation } from '../features.js';
import { CURVE_FAMILIES, requireSampling, type LceSampling } from '../native/curve-models.js';
import { sampleLce } from '../native.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest } from '../predictor.js';
import { inScores, type UnitInterval } from './unit.js';

/** The authors' settings. */
export const LCE_SAMPLING: LceSampling = { walkers: 100, samples: 2500, burnIn: 500, thin: 10, families: CURVE_FAMILIES, starts: 1 };

export interface LceOptions {
  readonly unit: UnitInterval;
  readonly sampling: LceSampling;
}

export class LcePredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];

  constructor(private readonly options: LceOptions) {
    const { walkers, samples, burnIn, families } = options.sampling;
    try {
      requireSampling(options.sampling);
    } catch (cause) {
      throw new UsageError((cause as Error).message, { cause });
    }
    this.settings = { name: 'lce', walkers, samples, burnIn, families: families.length === CURVE_FAMILIES.length ? 'all' : [...families] };
  }

  fit({ horizon, taus, rng, chosen }: PredictorFitRequest): Promise<FittedPredictor> {
    if (taus.includes(0)) return Promise.reject(new RangeError('lce: expected at least one point of the curve, got tau 0; a regression on AP and HP needs none'));
    const seed = (chosen as { readonly seed?: number } | undefined)?.seed ?? rng.fork('lce').int(2 ** 31);
    return Promise.resolve(new FittedLce(horizon, taus, this.options, seed));
  }
}

class FittedLce implements FittedPredictor {
  readonly chosen: Json;
  readonly summary = {};

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    private readonly options: LceOptions,
    private readonly seed: number,
  ) {
    this.chosen = { seed };
  }

  async predict({ curve }: Observation, tau: number): Promise<Prediction> {
    if (!this.taus.includes(tau)) throw new RangeError(`lce: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`);
    if (curve.length < tau) throw new RangeError(`lce at tau ${tau}: expected a curve of at least ${tau} epochs, got ${curve.length}`);
    return (await lcePrediction(curve.slice(0, tau), this.horizon, this.options, this.seed)).prediction;
  }
}

/** Draws that stand for "no family fits": anything in the unit interval is as likely as anything else. */
const UNKNOWN = Float64Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);

export interface LcePrediction {
  readonly prediction: Prediction;
  /** Families with a fit inside the prior; 0 = this is no prediction to act on. */
  readonly families: number;
}

/** From scores. Where no family fits inside the prior (a falling curve): the last score seen, with no idea of the spread. */
export async function lcePrediction(scores: readonly number[], horizon: number, { unit, sampling }: LceOptions, seed: number): Promise<LcePrediction> {
  const curve = Float64Array.from(scores, unit.to);
  const { mean, ends, families } = await sampleLce({ curve, horizon, seed, ...sampling });
  const known = families > 0;
  return { prediction: inScores({ ...predictionOf(known ? ends : UNKNOWN), mean: known ? mean : (curve.at(-1) as number) }, unit), families };
}
