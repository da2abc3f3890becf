// The door to the C++ addon and the only file that loads it: on first use, never on import. Validates, hands over, hands back plain data.
// Deliberately holds no statistics: features, draws and folds are made by the caller, who owns the randomness.

import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NativeError, messageOf } from '../core/index.js';
import { watch, type JobHandle } from './native/jobs.js';
import { curveDoor, type CurveAddon } from './native/curve-models.js';
import { lcnetDoor, type LcnetAddon } from './native/lcnet.js';
import type {
  ChainRuns,
  ChainStep,
  FeatureMatrix,
  JobOptions,
  LinearFit,
  NativeDraw,
  NativeModel,
  RefitRequest,
  SampleComparison,
  SrmSet,
  SvrFit,
  SvrFitRequest,
  TuneRequest,
  Walks,
} from './native/types.js';
import { requireDraws, requireLambda, requireSvrDraw } from './native/validate-draws.js';
import { requireModel } from './native/validate-model.js';
import {
  requireChainRuns,
  requireFeatures,
  requireFolds,
  requireRows,
  requireSample,
  requireTarget,
  requireThreads,
  requireTolerance,
} from './native/validate.js';

export type {
  BoostDraw,
  ChainRuns,
  ChainStep,
  FeatureMatrix,
  ForestDraw,
  JobOptions,
  KernelRidgeDraw,
  LinearFit,
  LinearModel,
  NativeDraw,
  NativeKind,
  NativeModel,
  RbfModel,
  RefitRequest,
  RidgeDraw,
  SampleComparison,
  SrmFit,
  SrmSet,
  SvrDraw,
  SvrFit,
  SvrFitRequest,
  TreesModel,
  TuneRequest,
  Walks,
} from './native/types.js';

interface Addon extends CurveAddon, LcnetAddon {
  readonly simd: string;
  fitSvr(request: Required<SvrFitRequest>): SvrFit;
  fitLinear(request: { features: FeatureMatrix; target: Float64Array; lambda: number }): LinearFit;
  predict(model: NativeModel, rows: Float64Array, out: Float64Array): void;
  compareSamples(a: Float64Array, b: Float64Array, resamples: number, seed: number): SampleComparison;
  fitChain(runs: ChainRuns, walks: Walks): ChainStep[];
  predictChain(steps: readonly ChainStep[], runs: ChainRuns, particles: number, out: Float64Array): void;
  belowChain(steps: readonly ChainStep[], runs: ChainRuns, particles: number, bars: Float64Array, out: Float64Array): void;
  startSet(request: Omit<TuneRequest, 'threads' | 'tolerance'> & { threads: number; tolerance: number }): JobHandle<SrmSet>;
}

const defaultTolerance = 1e-3;
/** native/simd/loops.hpp: `lanes`. */
const SIMD_LANES = 4;

let loaded: Addon | undefined;

/** Where the addon is looked for: `build/Release/foretell.node` beside the package's own package.json. */
export function nativePath(): string {
  return fileURLToPath(new URL('../../build/Release/foretell.node', import.meta.url));
}

/** Loads from `path`; throws NativeError with the package to install. `native()` caches what this returns. */
export function loadNative(path: string): Addon {
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    throw new NativeError(
      `The native addon did not load: looked for ${path} (${messageOf(cause).split('\n')[0] ?? ''}). ` +
        'It is built by npm install with a C++20 compiler. On Debian or Ubuntu: apt install g++ make python3, then: npm rebuild foretell ' +
        '(in a clone: npm run install).',
      { cause },
    );
  }
}

function native(): Addon {
  loaded ??= loadNative(nativePath());
  return loaded;
}

/** What `foretell doctor` says about the addon: the instruction set chosen for this CPU. Throws NativeError where it does not load. */
export function nativeInfo(): { path: string; simd: string } {
  return { path: nativePath(), simd: native().simd };
}

/** One nu-SVR fit on the calling thread: about 0.1 ms at 100 rows x 60 columns. */
export function fitSvr(request: SvrFitRequest): SvrFit {
  const full = { tolerance: defaultTolerance, standardise: false, ...request };
  requireTarget(full.target);
  requireFeatures('features', full.features, full.target.length);
  requireSvrDraw('draw', full.draw, full.kernel === 'rbf');
  requireTolerance(full.tolerance);
  return native().fitSvr(full);
}

/** Least squares on standardised columns, with `lambda` > 0 ridge; leave-one-out errors are exact (hat matrix). */
export function fitLinear(features: FeatureMatrix, target: Float64Array, lambda = 0): LinearFit {
  requireTarget(target);
  requireFeatures('features', features, target.length);
  requireLambda('lambda', lambda);
  return native().fitLinear({ features, target, lambda });
}

/** Predictions in the target's units; `rows` is row-major, `rows.length / model.columns` of them. */
export function predictRows(model: NativeModel, rows: Float64Array): Float64Array {
  requireModel(model);
  requireRows(model, rows);
  const out = new Float64Array(rows.length / model.columns);
  native().predict(model, rows, out);
  return out;
}

/** Random search in k-fold cross-validation, final fit and leave-one-out errors for every tau, on worker threads. */
export async function tuneSrmSet(request: TuneRequest, options: JobOptions = {}): Promise<SrmSet> {
  requireFolds(request.folds, request.target.length);
  const needsDraws = request.kind !== 'ols';
  if (needsDraws && request.draws.length === 0) throw new NativeError('draws: expected at least one point to try, got none');
  return runSet(request, request.draws, request.folds, options);
}

/** Final fit and leave-one-out errors with hyper-parameters that are known already; the same bits as the search's own final fit. */
export async function refitSrmSet(request: RefitRequest, options: JobOptions = {}): Promise<SrmSet> {
  if (request.kind !== 'ols' && request.chosen.length !== request.taus.length) {
    throw new NativeError(`chosen: expected one draw a tau (${String(request.taus.length)}), got ${String(request.chosen.length)}`);
  }
  return runSet(request, request.chosen, new Int32Array(0), options);
}

async function runSet(
  request: TuneRequest | RefitRequest,
  draws: readonly NativeDraw[],
  folds: Int32Array,
  options: JobOptions,
): Promise<SrmSet> {
  const { kind, target, taus } = request;
  const threads = request.threads ?? availableParallelism();
  const tolerance = request.tolerance ?? defaultTolerance;
  requireTarget(target);
  taus.forEach((tau, k) => requireFeatures(`taus[${String(k)}]`, tau, target.length));
  requireDraws('draws', kind, draws);
  requireThreads(threads);
  requireTolerance(tolerance);
  options.signal?.throwIfAborted();
  const handle = native().startSet({ kind, target, taus, draws, folds, threads, tolerance });
  return watch(handle, options);
}

/** Resamples of the bootstrap: the interval's ends then move by under 1 % of its width from seed to seed. */
const resamples = 4000;

/**
 * Mann-Whitney test, effect size and ratio of medians of two samples of positive numbers (timings, in one unit).
 * @throws NativeError where a sample is empty or holds a value that is not positive and finite
 */
export function compareSamples(a: Float64Array, b: Float64Array, seed = 1): SampleComparison {
  requireSample('a', a);
  requireSample('b', b);
  return native().compareSamples(a, b, resamples, seed);
}

/** One regression a step, fitted on every run that took it, and drawn for the particles; native/chain/chain.hpp says how. `runs.points - 1` steps. */
export function fitChain(runs: ChainRuns, walks: Walks): ChainStep[] {
  requireChainRuns(runs);
  return native().fitChain(runs, walks);
}

/** Where the walks of each run end: row-major, runs x particles, ascending a run; NaN where nobody has taken a step yet. */
export function predictChain(steps: readonly ChainStep[], runs: ChainRuns, particles: number): Float64Array {
  const out = new Float64Array(requireChain(steps, runs, particles) * particles);
  native().predictChain(steps, runs, particles, out);
  return out;
}

/** For each run the share of its walks that end at or below its bar; NaN where nobody has taken a step yet. */
export function belowChain(steps: readonly ChainStep[], runs: ChainRuns, particles: number, bars: Float64Array): Float64Array {
  const out = new Float64Array(requireChain(steps, runs, particles));
  if (bars.length !== out.length) throw new NativeError(`chain: expected a bar for each of ${out.length} runs, got ${bars.length}`);
  native().belowChain(steps, runs, particles, bars, out);
  return out;
}

function requireChain(steps: readonly ChainStep[], runs: ChainRuns, particles: number): number {
  requireChainRuns(runs);
  if (steps.length !== runs.points - 1) throw new NativeError(`chain: expected ${runs.points - 1} steps for ${runs.points} points, got ${steps.length}`);
  const padded = Math.ceil(particles / SIMD_LANES) * SIMD_LANES;
  const other = steps.find(({ noise, bias, weights, center }) => ![0, padded].includes(noise.length) || ![1, padded].includes(bias.length) || weights.length !== center.length * bias.length);
  if (other !== undefined) throw new NativeError(`chain: expected steps that were drawn for ${particles} particles, got ${other.noise.length} draws`);
  return runs.scores.length / runs.points;
}

/** Curve models: native/curve-models.ts has what they take and give. */
export const { curveValue, extrapolatePoints, sampleLce } = curveDoor(native);

/** LC-Net: native/lcnet.ts has what these take and give. */
export const { fitLcnet, predictLcnet } = lcnetDoor(native);
