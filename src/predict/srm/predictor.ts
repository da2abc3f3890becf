// Sequential regression models (Baker et al. 2017): one regression a number of seen epochs, all fitted on the same fully
// trained curves, hyper-parameters by random search in k-fold cross-validation, uncertainty from left-out errors (spread/).
// Which trials to train on, and when, is the rule's business; the arithmetic is the solver's, which is handed in.
import { UsageError, type Rng } from '../../core/index.js';
import { completeRows } from '../complete-rows.js';
import { featureMatrix, featureRow, fitEncoding } from '../features.js';
import type { ColumnScale, FeaturePart, Observation } from '../features.js';
import type { FeatureMatrix, JobOptions, NativeDraw, NativeKind, RefitRequest } from '../native/types.js';
import type { CurvePredictor, FittedPredictor, PredictorFitRequest, TrainingRow } from '../predictor.js';
import { fitSpread } from '../spread/fit.js';
import type { SpreadModel } from '../spread/spread.js';
import type { SigmaKind } from '../uncertainty.js';
import { fittedSrm, type Regression } from './fitted.js';
import { chosenJson, closer, offsetOf, scaleOf, targetsOf, type Chosen, type Form, type FormFit, type SrmTarget } from './forms.js';
import { drawHyperparameters, type SrmKind } from './kinds.js';
import type { SrmSolver } from './solver.js';
import { hasStalled } from './stalled.js';

export interface SrmOptions {
  readonly kind: SrmKind;
  readonly features: readonly FeaturePart[];
  readonly scale: ColumnScale;
  readonly sigma: SigmaKind;
  /** Default auto. `level` is the paper's, its ranges of hyper-parameters included. */
  readonly target?: SrmTarget;
  /** Hyper-parameter draws a tau. */
  readonly draws: number;
  readonly solver: SrmSolver;
}

const FOLDS = 3;

interface Design {
  readonly kind: NativeKind;
  readonly rows: readonly TrainingRow[];
  readonly horizon: number;
  readonly taus: readonly number[];
  /** One a tau. */
  readonly matrices: readonly FeatureMatrix[];
  /** For the native jobs. */
  readonly job: JobOptions;
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
    const rows = completeRows(request, 'SRM');
    const { kind, solver, sigma } = this.options;
    const encoding = fitEncoding(rows, this.options.features, this.options.scale);
    const { taus, horizon, signal } = request;
    const rowAt = (tau: number) => (observation: Observation): Float64Array => Float64Array.from(featureRow(encoding, observation, tau));
    const spreadAt = (tau: number, errors: readonly number[]): Promise<SpreadModel> => fitSpread(sigma, errors, () => featureMatrix(encoding, rows, tau), solver);
    if (kind === 'last') {
      const errors = taus.map((tau) => missedRises(rows, horizon, tau));
      return fittedSrm(request, [], taus.map((tau, i) => ({ row: rowAt(tau), mean: (_, { curve }) => curve[tau - 1] ?? NaN, errors: errors[i] as number[] })), spreadAt);
    }
    const design: Design = { kind, rows, horizon, matrices: taus.map((tau) => featureMatrix(encoding, rows, tau)), taus, job: signal === undefined ? {} : { signal } };
    const fits = request.chosen === undefined ? await this.tuned(design, request.rng) : await this.refitted(design, request.chosen as unknown as readonly Chosen[]);
    const regressions = fits.map(({ form, fit: { model, looResiduals, rank } }, i): Regression => {
      const tau = taus[i] as number;
      const knowsStalls = rows.some(({ curve }) => hasStalled(curve, tau, horizon));
      const scale = scaleOf(form, rows, horizon);
      const stalled = (score: number): number => scale?.to(score) ?? score;
      const mean: Regression['mean'] = (row, { curve }) =>
        !knowsStalls && hasStalled(curve, tau, horizon) ? stalled(curve[tau - 1] as number) : solver.predict(model, row) + offsetOf(form, curve, tau);
      return { row: rowAt(tau), mean, errors: [...looResiduals], ...(scale === null ? {} : { scale }), ...(rank < 0 ? {} : { rank: { of: model.columns, is: rank } }) };
    });
    return fittedSrm(request, chosenJson(fits), regressions, spreadAt);
  }

  private async tuned(design: Design, rng: Rng): Promise<FormFit[]> {
    const forms = this.forms();
    const [only] = forms;
    if (only !== undefined && forms.length === 1) return this.solve(design, only, rng);
    // Before the first score there is none to gain on.
    const later = design.taus.flatMap((tau, i) => (tau > 0 ? [i] : []));
    const part = { ...design, taus: later.map((i) => design.taus[i] as number), matrices: later.map((i) => design.matrices[i] as FeatureMatrix) };
    const [levels, gains] = await Promise.all([this.solve(design, 'level', rng), later.length === 0 ? [] : this.solve(part, 'gain', rng)]);
    return levels.map((level, i) => (later.includes(i) ? closer(level, gains[later.indexOf(i)] as FormFit) : level));
  }

  /** Without draws (OLS) forms with the last score among their features differ by nothing. */
  private forms(): readonly Form[] {
    const { target, features, kind } = this.options;
    if (target !== 'auto') return [target];
    return features.includes('TS') && kind !== 'ols' ? ['level', 'gain'] : ['level'];
  }

  private async solve(design: Design, form: Form, rng: Rng): Promise<FormFit[]> {
    const draws = drawHyperparameters(design.kind, this.options.draws, rng.fork('draws'), this.options.target === 'level' ? 'paper' : 'ours');
    if (draws.length === 0) return this.refitted(design, design.taus.map(() => ({ form, draw: null })));
    const folds = assignFolds(design.rows.length, rng.fork('folds'));
    const groups = groupsOf(form, design.taus.map((_, i) => i));
    const sets = await Promise.all(groups.map((group) => this.options.solver.tune({ ...setOf(design, form, group), draws, folds }, design.job)));
    return sets.flatMap(({ fits }) => fits.map((fit) => ({ form, draw: draws[fit.draw] as NativeDraw, fit })));
  }

  /** A search's own final fits are bit for bit what a refit from its choice gives (the solver's promise), so a resume is exact. */
  private async refitted(design: Design, chosen: readonly Chosen[]): Promise<FormFit[]> {
    const found: FormFit[] = [];
    const solve = async (form: Form, group: readonly number[]): Promise<void> => {
      const draws = group.flatMap((i) => chosen[i]?.draw ?? []);
      const { fits } = await this.options.solver.refit({ ...setOf(design, form, group), chosen: draws }, design.job);
      fits.forEach((fit, k) => {
        const i = group[k] as number;
        found[i] = { form, draw: chosen[i]?.draw ?? null, fit };
      });
    };
    const groups = (['level', 'gain', 'rank'] as const).flatMap((form) => {
      const members = design.taus.flatMap((_, i) => (chosen[i]?.form === form ? [i] : []));
      return groupsOf(form, members).map((group) => ({ form, group }));
    });
    await Promise.all(groups.map(({ form, group }) => solve(form, group)));
    return found;
  }
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

/** What the last seen score leaves to be gained. */
function missedRises(rows: readonly TrainingRow[], horizon: number, tau: number): number[] {
  return rows.map(({ curve }) => (curve[horizon - 1] as number) - (curve[tau - 1] ?? NaN));
}

export function assignFolds(rows: number, rng: Rng): Int32Array {
  return rng.shuffle(Int32Array.from({ length: rows }, (_, i) => i % FOLDS));
}
