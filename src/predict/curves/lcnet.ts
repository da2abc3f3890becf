// LC-Net (Klein et al. 2017), a Bayesian neural network over configurations whose output is a learning curve, as a predictor: native/lcnet has network and sampler,
// here configurations become columns and a metric is mapped into 0..1. It learns from every point of every run, finished or not.
import { UsageError, type Json } from '../../core/index.js';
import { predictionOf } from '../draws.js';
import { featureRow, fitEncoding, type Encoding, type FeaturePart, type Observation } from '../features.js';
import type { LcnetRuns, LcnetState } from '../native/lcnet.js';
import { fitLcnet, predictLcnet } from '../native.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest, TrainingRow } from '../predictor.js';
import { inScores, type UnitInterval } from './unit.js';

export interface LcnetSampling {
  /** Of the chain over the recorded runs, after its burn-in. */
  readonly steps: number;
  readonly burnIn: number;
  /** Of its continuation with the points of a run to predict: a fifth to settle, then 100 networks are kept. */
  readonly runSteps: number;
}

/** Steps and burn-in of the original, which samples anew for every set of runs; a run's continuation is ours. */
export const LCNET_SAMPLING: LcnetSampling = { steps: 50_000, burnIn: 1_000, runSteps: 1_000 };

export interface LcnetOptions {
  readonly features: readonly FeaturePart[];
  readonly unit: UnitInterval;
  readonly sampling: LcnetSampling;
}

/**
 * Batch and decay are the original's; its rate of 1e-3 is not. A batch's gradient is noisy (mean square v), which heats the chain by a factor of 1 + rate sqrt(v) / (2 decay): 10 and
 * more at 1e-3, where v goes to 1e6. R^2 at a quarter of the curve, 4,000 steps, on 100 curves at 1e-3 / 3e-5: ResNet CIFAR-10 -770 / -.56, LSTM -30 / .77, ResNet
 * TinyImageNet .22 / .60, MetaQNN .02 / -.11; on 40 others at 1e-4 / 3e-5: -.49 / -.58, .68 / .91, .74 / .75. The rate was chosen on these.
 */
const STEPPING = { batch: 20, rate: 3e-5, decay: 0.05 } as const;

const KEPT = 100;
const MIN_RUNS = 2;

export class LcnetPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];

  constructor(private readonly options: LcnetOptions) {
    const { steps, burnIn, runSteps } = options.sampling;
    if (!(steps >= 0 && burnIn >= 1 && runSteps >= 1) || ![steps, burnIn, runSteps].every(Number.isInteger)) {
      throw new UsageError(`lcnet: expected whole numbers of steps, at least one of burn-in and one a run, got ${steps}, ${burnIn} and ${runSteps}`);
    }
    this.settings = { name: 'lcnet', features: options.features.filter((part) => part !== 'TS').join('+'), steps, burnIn, runSteps, rate: STEPPING.rate };
  }

  async fit({ rows, horizon, taus, rng, chosen, signal }: PredictorFitRequest): Promise<FittedPredictor> {
    const seen = rows.filter(({ curve }) => curve.length > 0).sort((a, b) => a.trial - b.trial);
    const finished = seen.filter(({ curve }) => curve.length >= horizon).length;
    if (finished < MIN_RUNS) throw new RangeError(`lcnet: expected at least ${MIN_RUNS} curves that reach epoch ${horizon}, got ${finished}`);
    const seed = (chosen as { readonly seed?: number } | undefined)?.seed ?? rng.fork('lcnet').int(2 ** 31);
    const columns = columnsOf(seen, this.options.features);
    const runs = runsOf(seen, columns, horizon, this.options.unit);
    const { steps, burnIn } = this.options.sampling;
    const state = await fitLcnet({ ...STEPPING, runs, steps, burnIn, seed }, signal === undefined ? {} : { signal });
    return new FittedLcnet(horizon, taus, this.options, { columns, runs, state, seed });
  }
}

/** What a configuration is to the network: its numbers, standardised over the runs. */
interface Columns {
  readonly encoding: Encoding;
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

interface Chain {
  readonly columns: Columns;
  readonly runs: LcnetRuns;
  readonly state: LcnetState;
  readonly seed: number;
}

class FittedLcnet implements FittedPredictor {
  readonly chosen: Json;
  readonly summary: { readonly [key: string]: Json };

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    private readonly options: LcnetOptions,
    private readonly chain: Chain,
  ) {
    this.chosen = { seed: chain.seed };
    this.summary = { runs: chain.runs.lengths.length, points: chain.runs.curves.length, weights: chain.state.parameters.length };
  }

  async predict(observation: Observation, tau: number): Promise<Prediction> {
    if (!this.taus.includes(tau)) throw new RangeError(`lcnet: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`);
    if (observation.curve.length < tau) throw new RangeError(`lcnet at tau ${tau}: expected a curve of at least ${tau} epochs, got ${observation.curve.length}`);
    const { columns, runs, state, seed } = this.chain;
    const { unit, sampling: { runSteps } } = this.options;
    const settle = Math.floor(runSteps / 5);
    const curve = Float64Array.from(observation.curve.slice(0, tau), unit.to);
    const keepEvery = Math.max(1, Math.floor((runSteps - settle) / KEPT));
    const { mean, ends } = await predictLcnet({ ...STEPPING, runs, state, curve, x: Float64Array.from(rowOf(columns, observation)), steps: runSteps - settle, settle, keepEvery, seed: seed + 1 });
    return inScores({ ...predictionOf(ends), mean }, unit);
  }
}

/** A set without columns has one that says nothing. */
function columnsOf(rows: readonly Observation[], features: readonly FeaturePart[]): Columns {
  const encoding = fitEncoding(rows, features.filter((part) => part !== 'TS'), 'auto');
  const values = rows.map((row) => featureRow(encoding, row, 0));
  const mean = (of: (row: readonly number[]) => number): number => values.reduce((sum, row) => sum + of(row), 0) / values.length;
  const center = encoding.columns.map((_, k) => mean((row) => row[k] as number));
  const deviation = center.map((at, k) => Math.sqrt(mean((row) => ((row[k] as number) - at) ** 2)));
  return { encoding, center, scale: deviation.map((width) => (width > 0 ? 1 / width : 0)) };
}

function rowOf({ encoding, center, scale }: Columns, row: Observation): number[] {
  const values = featureRow(encoding, row, 0).map((value, k) => (value - (center[k] as number)) * (scale[k] as number));
  return values.length === 0 ? [0] : values;
}

function runsOf(rows: readonly TrainingRow[], columns: Columns, horizon: number, unit: UnitInterval): LcnetRuns {
  const curves = rows.map(({ curve }) => curve.slice(0, horizon));
  return {
    columns: Math.max(1, columns.encoding.columns.length),
    x: Float64Array.from(rows.flatMap((row) => rowOf(columns, row))),
    curves: Float64Array.from(curves.flat(), unit.to),
    lengths: Int32Array.from(curves, ({ length }) => length),
    horizon,
  };
}
