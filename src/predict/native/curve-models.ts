// What the addon knows of parametric curve models, as checked functions: native/curves/*.hpp has the mathematics. Curves are in 0..1 here, larger is
// better, epoch 1 first. It loads nothing: the addon is handed in.
import { watch, type JobHandle } from './jobs.js';
import { refuse, requireFinite } from './refuse.js';
import type { JobOptions } from './types.js';

/** In the addon's order (native/curves/family.hpp): a family is its index there. */
export const CURVE_FAMILIES = [
  'vapor-pressure', 'pow3', 'log-log-linear', 'hill3', 'log-power', 'pow4', 'mmf', 'exp4', 'janoschek', 'weibull', 'ilog2',
] as const;
export type CurveFamily = (typeof CURVE_FAMILIES)[number];

/** Parameters of each, in the order in which paper and native/curves/family.hpp write them. */
const PARAMETERS: Readonly<Record<CurveFamily, number>> = {
  'vapor-pressure': 3, pow3: 3, 'log-log-linear': 2, hill3: 3, 'log-power': 3, pow4: 4, mmf: 4, exp4: 4, janoschek: 4, weibull: 4, ilog2: 2,
};

export interface LceSampling {
  readonly walkers: number;
  /** A walker; the first `burnIn` are dropped, of the rest every `thin`-th is kept. */
  readonly samples: number;
  readonly burnIn: number;
  readonly thin: number;
  readonly families: readonly CurveFamily[];
  /** Of each family's least squares: the authors' values, then seeded changes of them. */
  readonly starts: number;
}

export interface LceRequest extends LceSampling {
  /** Epochs 1 .. tau. */
  readonly curve: Float64Array;
  readonly horizon: number;
  readonly seed: number;
}

export interface LceSample {
  /** Of the noiseless curves at the horizon; 0 where `families` is. */
  readonly mean: number;
  /** y(horizon) with noise, ascending. */
  readonly ends: Float64Array;
  /** How many took part: those with a fit inside the prior. */
  readonly families: number;
  /** Share of the walkers' moves that were accepted. */
  readonly accepted: number;
}

export interface CurveAddon {
  curveValue(family: number, parameters: Float64Array, x: number): number;
  extrapolatePoints(family: number, curves: Float64Array, horizon: number, out: Float64Array): void;
  startLce(request: Omit<LceRequest, 'families'> & { readonly families: Int32Array }): JobHandle<LceSample>;
}

export interface CurveDoor {
  /** One family at epoch x. */
  curveValue(family: CurveFamily, parameters: readonly number[], x: number): number;
  /** Where each curve ends by least squares, cut to 0..1; every curve of the same length. About 0.2 ms a curve. */
  extrapolatePoints(family: CurveFamily, curves: readonly (readonly number[])[], horizon: number): Float64Array;
  /** One curve's posterior of y(horizon), on a worker thread; several at once run side by side. */
  sampleLce(request: LceRequest, options?: JobOptions): Promise<LceSample>;
}

export function curveDoor(addon: () => CurveAddon): CurveDoor {
  return {
    curveValue(family, parameters, x) {
      if (parameters.length !== PARAMETERS[family]) refuse(`curve model: ${family}: parameters`, String(PARAMETERS[family]), parameters.length);
      return addon().curveValue(CURVE_FAMILIES.indexOf(family), Float64Array.from(parameters), x);
    },
    extrapolatePoints(family, curves, horizon) {
      const out = new Float64Array(curves.length);
      if (curves.length === 0) return out;
      const points = curves[0]?.length ?? 0;
      if (!curves.every((curve) => curve.length === points)) refuse('curve model: curves', `all of ${points} points`, curves.map(({ length }) => length).join(', '));
      const flat = Float64Array.from(curves.flat());
      requireCurve(flat, horizon, points);
      addon().extrapolatePoints(CURVE_FAMILIES.indexOf(family), flat, horizon, out);
      return out;
    },
    async sampleLce(request, options = {}) {
      requireCurve(request.curve, request.horizon, request.curve.length);
      requireSampling(request);
      options.signal?.throwIfAborted();
      return watch(addon().startLce({ ...request, families: Int32Array.from(request.families, (family) => CURVE_FAMILIES.indexOf(family)) }), options);
    },
  };
}

function requireCurve(curve: Float64Array, horizon: number, points: number): void {
  if (points < 1) refuse('curve model: curve', 'at least one point', points);
  if (!(Number.isInteger(horizon) && horizon >= 1)) refuse('curve model: horizon', 'a whole number of epochs', horizon);
  requireFinite('curve model: curve', curve);
}

/** Throws NativeError on settings that cannot be sampled with. */
export function requireSampling({ walkers, samples, burnIn, thin, families, starts }: LceSampling): void {
  if (!(Number.isInteger(walkers) && walkers >= 4)) refuse('curve model: walkers', 'a whole number of at least 4', walkers);
  if (!(Number.isInteger(burnIn) && burnIn >= 0)) refuse('curve model: burnIn', 'a whole number of at least 0', burnIn);
  if (!(Number.isInteger(samples) && samples > burnIn)) refuse('curve model: samples', `more than the burn-in of ${burnIn}`, samples);
  if (!(Number.isInteger(thin) && thin >= 1)) refuse('curve model: thin', 'a whole number of at least 1', thin);
  if (!(Number.isInteger(starts) && starts >= 1)) refuse('curve model: starts', 'a whole number of at least 1', starts);
  if (families.length === 0 || new Set(families).size !== families.length) refuse('curve model: families', 'different ones, at least one', families.join(', ') || 'none');
  const unknown = families.find((family) => !CURVE_FAMILIES.includes(family));
  if (unknown !== undefined) refuse('curve model: families', `of ${CURVE_FAMILIES.join(', ')}`, unknown);
}
