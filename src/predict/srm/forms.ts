// What a regression is asked for: the final score itself (`level`, the paper's form) or what is still to be gained over the last
// score seen (`gain`). A regression with few rows shrinks towards its target's mean; late in a curve the last score is a far better
// place to shrink to than the mean of all finals. `auto` takes, a tau, the form with the smaller left-out errors. On ten recorded
// sets (40 trials x 12 epochs, burn-in 14, nu-SVR RBF, 20 orderings) level buys 1.88x with a regret of .055 (Delta .90), auto 1.99x
// with .035 (Delta .95). `rank` asks for the score's normal quantile among the training rows' (normal-scores.ts): where a few failed runs hold nearly all
// of the variance it is the order of the others that counts.
import type { Json } from '../../core/index.js';
import type { NativeDraw, SrmFit } from '../native/types.js';
import { type NormalScores, normalScores } from '../normal-scores.js';
import type { TrainingRow } from '../predictor.js';

export type Form = 'level' | 'gain' | 'rank';
export type SrmTarget = Form | 'auto';

/** One tau's regression: its form, its hyper-parameters (null where the kind has none) and what was fitted. */
export interface FormFit {
  readonly form: Form;
  readonly draw: NativeDraw | null;
  readonly fit: SrmFit;
}

/** What a fit record keeps of one tau, and a refit takes again. */
export interface Chosen {
  readonly form: Form;
  readonly draw: NativeDraw | null;
}

/** What `form` subtracts from a final score, and adds to a prediction. */
export function offsetOf(form: Form, curve: readonly number[], tau: number): number {
  return form === 'gain' ? (curve[tau - 1] ?? NaN) : 0;
}

export function targetsOf(form: Form, rows: readonly TrainingRow[], horizon: number, tau: number): Float64Array {
  const scale = scaleOf(form, rows, horizon);
  return Float64Array.from(rows, ({ curve }) => (scale === null ? (curve[horizon - 1] as number) - offsetOf(form, curve, tau) : scale.to(curve[horizon - 1] as number)));
}

/** What a `rank` regression's values mean; null for the others, whose values are scores. */
export function scaleOf(form: Form, rows: readonly TrainingRow[], horizon: number): NormalScores | null {
  return form === 'rank' ? normalScores(rows.map(({ curve }) => curve[horizon - 1] as number)) : null;
}

/** The fit with the smaller squared left-out errors; both are in score units. Level where they tie. */
export function closer(level: FormFit, gain: FormFit): FormFit {
  return squares(gain.fit.looResiduals) < squares(level.fit.looResiduals) ? gain : level;
}

export function chosenJson(fits: readonly FormFit[]): Json {
  return fits.map(({ form, draw }) => ({ form, draw: draw === null ? null : { ...draw } }));
}

function squares(errors: Float64Array): number {
  return errors.reduce((sum, e) => sum + e * e, 0);
}
