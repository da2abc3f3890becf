// Sequential regression models (Baker et al. 2017): one regression a number of seen epochs, all fitted on the same fully
// trained curves, hyper-parameters by random search in k-fold cross-validation, sigma(tau) from left-out errors.
// Which trials to train on, and when, is the rule's business; the arithmetic is the solver's, which is handed in.
import type { Json, Rng } from '../../core/index.js';
import { featureMatrix, featureRow, fitEncoding } from '../features.js';
import type { ColumnScale, FeaturePart, Observation } from '../features.js';
import type { JobOptions, NativeKind, NativeModel, RefitRequest, RidgeDraw, SrmFit, SrmSet, SvrDraw, TuneRequest } from '../native/types.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest, TrainingRow } from '../predictor.js';
import { gaussianBelow, sigmaOf, type SigmaKind } from '../uncertainty.js';
import { drawHyperparameters, type SrmKind } from './kinds.js';

/** What SRMs ask of the addon; `nativeSolver` binds it, tests give fakes. */
export interface SrmSolver {
  /** Promises: its fits are bit for bit those of `refit` with the draws that it chose. */
  tune(request: TuneRequest, options?: JobOptions): Promise<SrmSet>;
  refit(request: RefitRequest, options?: JobOptions): Promise<SrmSet>;
  predict(model: NativeModel, row: Float64Array): number;
}

export interface SrmOptions {
  readonly kind: SrmKind;
  readonly features: readonly FeaturePart[];
  readonly scale: ColumnScale;
  readonly sigma: SigmaKind;
  /** Hyper-parameter draws a tau. */
  readonly draws: number;
  readonly solver: SrmSolver;
}

/** Below this a 3-fold split leaves folds of one row, whose R^2 does not exist. */
export const MIN_SRM_ROWS = 6;
const FOLDS = 3;

type Draw = SvrDraw | RidgeDraw;

/** One tau: a prediction from a row, its left-out errors, and how well its hyper-parameters did. */
interface Regression {
  predict(observation: Observation): number;
  readonly errors: readonly number[];
}

export class SrmPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];

  constructor(private readonly options: SrmOptions) {
    const { kind, features, scale, sigma, draws } = options;
    this.settings = { name: kind, features: features.join('+'), scale, sigma, draws };
  }

  async fit(request: PredictorFitRequest): Promise<FittedPredictor> {
    const rows = completeRows(request);
    const { kind } = this.options;
    if (kind === 'last') return this.fitted(request, [], lastSeen(rows, request));
    const encoding = fitEncoding(rows, this.options.features, this.options.scale);
    const set = { kind, target: Float64Array.from(targets(rows, request.horizon)), taus: request.taus.map((tau) => featureMatrix(encoding, rows, tau)) };
    const { chosen, fits } = await this.solve(kind, set, request);
    const regressions = fits.map(({ model, looResiduals }, i): Regression => {
      const tau = request.taus[i] as number;
      return {
        predict: (observation) => this.options.solver.predict(model, Float64Array.from(featureRow(encoding, observation, tau))),
        errors: [...looResiduals],
      };
    });
    return this.fitted(request, chosen, regressions);
  }

  /** A search's own final fits are bit for bit what a refit from its choice gives (the solver's promise), so a resume is exact. */
  private async solve(
    kind: NativeKind,
    set: Omit<RefitRequest, 'chosen'>,
    { chosen, rng }: PredictorFitRequest,
  ): Promise<{ readonly chosen: readonly Draw[]; readonly fits: readonly SrmFit[] }> {
    const { solver } = this.options;
    const draws = chosen === undefined ? drawHyperparameters(kind, this.options.draws, rng.fork('draws')) : [];
    if (draws.length === 0) {
      const known = (chosen ?? []) as unknown as readonly Draw[];
      return { chosen: known, fits: (await solver.refit({ ...set, chosen: known })).fits };
    }
    const { fits } = await solver.tune({ ...set, draws, folds: assignFolds(set.target.length, rng.fork('folds')) });
    return { chosen: fits.map((fit) => draws[fit.draw] as Draw), fits };
  }

  private fitted(request: PredictorFitRequest, chosen: readonly Draw[], regressions: readonly Regression[]): FittedPredictor {
    const sigmas = regressions.map(({ errors }) => sigmaOf(errors, this.options.sigma));
    const broken = sigmas.findIndex((sigma) => !Number.isFinite(sigma));
    if (broken >= 0) throw new RangeError(`SRM at tau ${request.taus[broken]}: expected finite left-out errors, got sigma ${sigmas[broken]}`);
    return new FittedSrm(request.horizon, request.taus, regressions, sigmas, chosen.map((draw) => ({ ...draw })));
  }
}

class FittedSrm implements FittedPredictor {
  readonly summary: { readonly [key: string]: Json };

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    private readonly regressions: readonly Regression[],
    private readonly sigmas: readonly number[],
    readonly chosen: Json,
  ) {
    this.summary = { sigma: sigmas };
  }

  async predict(observation: Observation, tau: number): Promise<Prediction> {
    const at = this.indexOf(tau);
    const mean = (this.regressions[at] as Regression).predict(observation);
    const sigma = this.sigmas[at] as number;
    return { mean, sigma, below: (bar) => gaussianBelow(bar, mean, sigma) };
  }

  private indexOf(tau: number): number {
    const at = this.taus.indexOf(tau);
    if (at >= 0) return at;
    throw new RangeError(`SRM: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`);
  }
}

/** Rows that reach the horizon, in order of trial id: solvers are sensitive to the order in the last bits. */
function completeRows({ rows, horizon }: PredictorFitRequest): TrainingRow[] {
  const complete = rows.filter((row) => row.curve.length >= horizon).sort((a, b) => a.trial - b.trial);
  if (complete.length >= MIN_SRM_ROWS) return complete;
  throw new RangeError(`SRM: expected at least ${MIN_SRM_ROWS} curves that reach epoch ${horizon}, got ${complete.length}`);
}

function targets(rows: readonly TrainingRow[], horizon: number): number[] {
  return rows.map((row) => row.curve[horizon - 1] as number);
}

function lastSeen(rows: readonly TrainingRow[], { taus, horizon }: PredictorFitRequest): Regression[] {
  return taus.map((tau) => ({
    predict: ({ curve }) => curve[tau - 1] ?? NaN,
    errors: rows.map(({ curve }) => (curve[horizon - 1] as number) - (curve[tau - 1] ?? NaN)),
  }));
}

function assignFolds(rows: number, rng: Rng): Int32Array {
  return rng.shuffle(Int32Array.from({ length: rows }, (_, i) => i % FOLDS));
}
