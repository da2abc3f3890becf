// From the name of an uncertainty to its fit. The one place that knows all kinds; it holds no arithmetic.
import type { FeatureMatrix } from '../native/types.js';
import type { SrmSolver } from '../srm/solver.js';
import type { SigmaKind } from '../uncertainty.js';
import { conformalSpread } from './conformal.js';
import { heteroSpread } from './hetero.js';
import { constantSpread, type SpreadModel } from './spread.js';

/** `features`: asked for only by kinds that look at rows. */
export async function fitSpread(kind: SigmaKind, errors: readonly number[], features: () => FeatureMatrix, solver: SrmSolver): Promise<SpreadModel> {
  return kind === 'hetero' ? heteroSpread(errors, features(), solver) : rowlessSpread(kind, errors);
}

/** The kinds that need errors alone. */
export function rowlessSpread(kind: Exclude<SigmaKind, 'hetero'>, errors: readonly number[]): SpreadModel {
  return kind === 'conformal' ? conformalSpread(errors) : constantSpread(errors, kind);
}
