// Sequential regression models (Baker et al. 2017): one regression a number of seen epochs, all fitted on the same fully
// trained curves, hyper-parameters by random search in k-fold cross-validation, sigma(tau) from left-out errors.
// Which trials to train on, and when, is the rule's business; the arithmetic is the solver's, which is handed in.
import { UsageError, type Json, type Rng } from '../../core/index.js';
import { featureMatrix, featureRow, fitEncoding } from '../features.js';
import type { ColumnScale, FeaturePart, Observation } from '../features.js';
import type { FeatureMatrix, JobOptions, NativeDraw, NativeKind, NativeModel, RefitRequest, SrmSet, TuneRequest } from '../native/types.js';
import type { CurvePredictor, FittedPredictor, Prediction, PredictorFitRequest, TrainingRow } from '../predictor.js';
import { gaussianBelow, sigmaOf, type SigmaKind } from '../uncertainty.js';
import { chosenJson, closer, offsetOf, targetsOf, type Chosen, type Form, type FormFit, type SrmTarget } from './forms.js';
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
  /** Default auto. `level` is the paper's. */
  readonly target?: SrmTarget;
  /** Hyper-parameter draws a tau. */
  readonly draws: number;
  readonly solver: SrmSolver;
}

/** Below this a 3-fold split leaves folds of one row, whose R^2 does not exist. */
export const MIN_SRM_ROWS = 6;
const FOLDS = 3;

interface Design {
  readonly kind: NativeKind;
  readonly rows: readonly TrainingRow[];
  readonly horizon: number;
  readonly taus: readonly number[];
  /** One a tau. */
  readonly matrices: readonly FeatureMatrix[];
}

/** One tau: a prediction from a row, its left-out errors, and how well its hyper-parameters did. */
interface Regression {
  predict(observation: Observation): number;
  readonly errors: readonly number[];
}

export class SrmPredictor implements CurvePredictor {
  readonly settings: CurvePredictor['settings'];

  private readonly options: SrmOptions & { readonly target: SrmTarget };

  constructor(options: SrmOptions) {
    const { kind, features, scale, sigma, target = 'auto', draws } = options;
    if (target === 'gain' && !features.includes('TS')) throw new UsageError('SRM: expected TS among the features for target gain, got none; use target level');
    this.options = { ...options, target };
    this.settings = { name: kind, features: features.join('+'), scale, sigma, target, draws };
  }

  async fit(request: PredictorFitRequest): Promise<FittedPredictor> {
    const rows = completeRows(request);
    const { kind, solver } = this.options;
    if (kind === 'last') return this.fitted(request, [], lastSeen(rows, request));
    const encoding = fitEncoding(rows, this.options.features, this.options.scale);
    const design: Design = { kind, rows, horizon: request.horizon, matrices: request.taus.map((tau) => featureMatrix(encoding, rows, tau)), taus: request.taus };
    const fits = request.chosen === undefined ? await this.tuned(design, request.rng) : await this.refitted(design, request.chosen as unknown as readonly Chosen[]);
    const regressions = fits.map(({ form, fit: { model, looResiduals } }, i): Regression => {
      const tau = request.taus[i] as number;
      return {
        predict: (observation) =>
          solver.predict(model, Float64Array.from(featureRow(encoding, observation, tau))) + offsetOf(form, observation.curve, tau),
        errors: [...looResiduals],
      };
    });
    return this.fitted(request, chosenJson(fits), regressions);
  }

  private async tuned(design: Design, rng: Rng): Promise<FormFit[]> {
    const forms = this.forms();
    const fits = await Promise.all(forms.map((form) => this.solve(design, form, rng)));
    const [first, second] = fits as [FormFit[], FormFit[]?];
    return second === undefined ? first : first.map((level, i) => closer(level, second[i] as FormFit));
  }

  /** Without draws (OLS) forms with the last score among their features differ by nothing. */
  private forms(): readonly Form[] {
    const { target, features, kind } = this.options;
    if (target !== 'auto') return [target];
    return features.includes('TS') && kind !== 'ols' ? ['level', 'gain'] : ['level'];
  }

  private async solve(design: Design, form: Form, rng: Rng): Promise<FormFit[]> {
    const draws = drawHyperparameters(design.kind, this.options.draws, rng.fork('draws'));
    if (draws.length === 0) return this.refitted(design, design.taus.map(() => ({ form, draw: null })));
    const folds = assignFolds(design.rows.length, rng.fork('folds'));
    const groups = groupsOf(form, design.taus.map((_, i) => i));
    const sets = await Promise.all(groups.map((group) => this.options.solver.tune({ ...setOf(design, form, group), draws, folds })));
    return sets.flatMap(({ fits }) => fits.map((fit) => ({ form, draw: draws[fit.draw] as NativeDraw, fit })));
  }

  /** A search's own final fits are bit for bit what a refit from its choice gives (the solver's promise), so a resume is exact. */
  private async refitted(design: Design, chosen: readonly Chosen[]): Promise<FormFit[]> {
    const found: FormFit[] = [];
    const solve = async (form: Form, group: readonly number[]): Promise<void> => {
      const draws = group.flatMap((i) => chosen[i]?.draw ?? []);
      const { fits } = await this.options.solver.refit({ ...setOf(design, form, group), chosen: draws });
      fits.forEach((fit, k) => {
        const i = group[k] as number;
        found[i] = { form, draw: chosen[i]?.draw ?? null, fit };
      });
    };
    const groups = (['level', 'gain'] as const).flatMap((form) => {
      const members = design.taus.flatMap((_, i) => (chosen[i]?.form === form ? [i] : []));
      return groupsOf(form, members).map((group) => ({ form, group }));
    });
    await Promise.all(groups.map(({ form, group }) => solve(form, group)));
    return found;
  }

  private fitted(request: PredictorFitRequest, chosen: Json, regressions: readonly Regression[]): FittedPredictor {
    const sigmas = regressions.map(({ errors }) => sigmaOf(errors, this.options.sigma));
    const broken = sigmas.findIndex((sigma) => !Number.isFinite(sigma));
    if (broken >= 0) throw new RangeError(`SRM at tau ${request.taus[broken]}: expected finite left-out errors, got sigma ${sigmas[broken]}`);
    return new FittedSrm(request.horizon, request.taus, regressions, sigmas, chosen);
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

/** Taus that share a target share one native batch: all of them for levels, each by itself for gains. */
function groupsOf(form: Form, members: readonly number[]): (readonly number[])[] {
  if (form === 'gain') return members.map((i) => [i]);
  return members.length > 0 ? [members] : [];
}

function setOf({ kind, rows, horizon, taus, matrices }: Design, form: Form, group: readonly number[]): Omit<RefitRequest, 'chosen'> {
  const target = targetsOf(form, rows, horizon, taus[group[0] ?? 0] as number);
  return { kind, target, taus: group.map((i) => matrices[i] as FeatureMatrix) };
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
