// Binds the C++ addon to what SRMs ask of a solver. The addon is loaded at the first fit, never on import.
import { predictRows, refitSrmSet, tuneSrmSet } from '../native.js';
import type { SrmSolver } from './solver.js';

/** A fit that fails for want of the addon throws NativeError with the package to install. */
export const nativeSolver: SrmSolver = {
  tune: tuneSrmSet,
  refit: refitSrmSet,
  predict: (model, row) => predictRows(model, row)[0] ?? NaN,
};
