// Which rows a regression on final scores is trained on.
import type { PredictorFitRequest, TrainingRow } from './predictor.js';

/** Below this a 3-fold split leaves folds of one row, whose R^2 does not exist. */
export const MIN_ROWS = 6;

/** Rows that reach the horizon, in order of trial id: solvers are sensitive to the order in the last bits. Throws RangeError on too few. */
export function completeRows({ rows, horizon }: PredictorFitRequest, what: string): TrainingRow[] {
  const complete = rows.filter((row) => row.curve.length >= horizon).sort((a, b) => a.trial - b.trial);
  if (complete.length >= MIN_ROWS) return complete;
  throw new RangeError(`${what}: expected at least ${MIN_ROWS} curves that reach epoch ${horizon}, got ${complete.length}`);
}
