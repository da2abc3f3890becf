// How well a predictor foretells final scores from the first part of a curve, as the paper measures it: trained on `train` random
// fully trained configurations, scored on all others, repeated with other draws. It changes no predictor and stops no trial.
import type { Rng } from '../../core/index.js';
import { tauOf, UsageError } from '../../core/index.js';
import type { CurveRow, CurveSet } from '../../data/index.js';
import { calibration, kendallTau, meanAbsoluteError, predictMany, rSquared, spearmanRho, withNoise, type CurvePredictor, type FittedPredictor, type HeldOut, type Observation, type TrainingRow } from '../../predict/index.js';
import { meanInterval } from '../replay/budget.js';
import { divide, sampled, type Division } from './split.js';

export interface EvaluateOptions {
  readonly set: CurveSet;
  /** Where the tests come from, when not from `set` itself: its curves are read with the models of `set`. */
  readonly testOn?: CurveSet;
  readonly predictor: CurvePredictor;
  /** f of the curve: tau = max(1, floor(f T)); 0 = no curve point at all. */
  readonly fraction: number;
  readonly train: number;
  readonly repeats: number;
  /** Default: `train` random curves against all others, configuration by configuration. */
  readonly division?: (set: CurveSet, rng: Rng) => Division;
  /** Test on at most so many curves, for models that take seconds a curve. */
  readonly most: number;
  /** Predictions get an error of so many of their standard deviations; default 0. */
  readonly noise?: number;
  readonly rng: Rng;
  /** Delta, for the calibration of stops. */
  readonly confidence: number;
  /** Milliseconds, for what fits and predictions take. */
  readonly now: () => number;
  /** Ends a fit, or what is predicted from it, within a fraction of a second. */
  readonly signal?: AbortSignal;
  readonly onRepeat?: (done: number) => void;
}

export interface Evaluation {
  readonly tau: number;
  readonly tested: number;
  /** Over the repeats; `r2_se` is the standard error of the mean, `r2_95` and `kendall_95` the ends of 95 % intervals (Student's t). */
  readonly r2_mean: number;
  readonly r2_se: number;
  readonly r2_95: readonly [low: number, high: number];
  readonly kendall_95: readonly [low: number, high: number];
  readonly spearman: number;
  readonly kendall: number;
  /** In score units. */
  readonly mae: number;
  /** Shares of finals inside the central intervals of 50, 80 and 95 %. */
  readonly coverage50: number;
  readonly coverage80: number;
  readonly coverage95: number;
  /** Share of the tests that a rule at Delta would stop against the best training curve, and the share of those that beats it (at most 1 - Delta where probabilities are honest). */
  readonly stop_rate: number;
  readonly false_stop_rate: number;
  readonly fit_ms: number;
  readonly predict_us: number;
}

interface Repeat extends Pick<Evaluation, 'tested' | 'spearman' | 'kendall' | 'mae' | 'fit_ms' | 'predict_us'> {
  readonly r2: number;
  readonly held: readonly HeldOut[];
}

/** Throws UsageError where the set is too small, or the tests' curves are shorter than tau. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { set, fraction, repeats } = options;
  const tau = fraction === 0 ? 0 : tauOf(fraction, set.epochs);
  if (tau >= set.epochs) throw new UsageError(`evaluate: expected a fraction that leaves an epoch of ${set.epochs} to predict, got ${fraction} (${tau} epochs)`);
  const measured: Repeat[] = [];
  for (let i = 0; i < repeats; i++) {
    options.signal?.throwIfAborted();
    measured.push(await repeat(options, tau, options.rng.fork('repeat', i)));
    options.onRepeat?.(i + 1);
  }
  const mean = (of: (each: Repeat) => number): number => measured.reduce((sum, each) => sum + of(each), 0) / repeats;
  const r2 = mean((each) => each.r2);
  const ends = (of: (each: Repeat) => number): readonly [number, number] => {
    const [, low, high] = meanInterval(measured.map(of));
    return [low, high];
  };
  const variance = measured.reduce((sum, each) => sum + (each.r2 - r2) ** 2, 0) / Math.max(1, repeats - 1);
  return {
    tau, tested: Math.round(mean(({ tested }) => tested)), r2_mean: r2, r2_se: Math.sqrt(variance / repeats), r2_95: ends((each) => each.r2), kendall_95: ends((each) => each.kendall),
    spearman: mean((each) => each.spearman), kendall: mean((each) => each.kendall), mae: mean((each) => each.mae),
    ...calibrated(measured.flatMap(({ held }) => held), options.confidence),
    fit_ms: mean((each) => each.fit_ms), predict_us: mean((each) => each.predict_us),
  };
}

async function repeat(options: EvaluateOptions, tau: number, rng: Rng): Promise<Repeat> {
  const { set, testOn, predictor, train, most, now, signal } = options;
  const division = options.division?.(set, rng.fork('split')) ?? divide(set, train, rng.fork('split'));
  const tests = sampled(testOn === undefined ? division.test : finished(testOn, tau), most, rng.fork('tests'));
  const begun = now();
  const model = await predictor.fit({ rows: division.train.map(trainingRow), horizon: set.epochs, taus: [tau], rng: rng.fork('fit'), ...(signal === undefined ? {} : { signal }) });
  const fitted = now();
  const bar = division.train.reduce((best, row) => Math.max(best, finalOf(row)), -Infinity);
  const { means: said, held } = await foretold(model, tests, { tau, bar, signal });
  const means = [...withNoise(Float64Array.from(said), options.noise ?? 0, rng.fork('noise'))];
  const predicted = now();
  const truth = tests.map(finalOf);
  return {
    tested: tests.length, r2: rSquared(truth, means), spearman: spearmanRho(truth, means), kendall: kendallTau(truth, means), mae: meanAbsoluteError(truth, means),
    held, fit_ms: fitted - begun, predict_us: ((predicted - fitted) * 1000) / tests.length,
  };
}

async function foretold(model: FittedPredictor, tests: readonly CurveRow[], { tau, bar, signal }: { tau: number; bar: number; signal: AbortSignal | undefined }): Promise<{ means: number[]; held: HeldOut[] }> {
  const predictions = await predictMany(model, tests.map((row) => observationOf(row, tau)), tau, signal);
  return {
    means: predictions.map(({ mean }) => mean),
    held: predictions.map(({ below }, i) => ({ tau, y: finalOf(tests[i] as CurveRow), below, bar })),
  };
}

/** Over the tests of all repeats. */
function calibrated(held: readonly HeldOut[], confidence: number): Pick<Evaluation, 'coverage50' | 'coverage80' | 'coverage95' | 'stop_rate' | 'false_stop_rate'> {
  const [at] = calibration(held, confidence);
  const covered = (nominal: number): number => at?.coverage.find((each) => each.nominal === nominal)?.measured ?? NaN;
  const stops = at?.stops ?? 0;
  return { coverage50: covered(0.5), coverage80: covered(0.8), coverage95: covered(0.95), stop_rate: stops / held.length, false_stop_rate: stops === 0 ? 0 : (at?.false_stop_rate ?? 0) };
}

function finished(set: CurveSet, tau: number): readonly CurveRow[] {
  const rows = set.rows.filter(({ curve }) => curve.length >= set.epochs);
  if (set.epochs > tau && rows.length > 1) return rows;
  throw new UsageError(`${set.name}: expected at least 2 curves of more than ${tau} epochs to test on, got ${rows.length} of ${set.epochs}`);
}

function finalOf({ curve }: CurveRow): number {
  return curve.at(-1) as number;
}

function trainingRow(row: CurveRow, trial: number): TrainingRow {
  return { trial, ...observationOf(row, row.curve.length) };
}

function observationOf({ curve, ap, hp, graph }: CurveRow, tau: number): Observation {
  return { curve: curve.slice(0, tau), ap, hp, ...(graph === undefined ? {} : { graph }) };
}
