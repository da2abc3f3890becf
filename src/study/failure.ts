// Which errors are the trial's own fault: it fails and the search goes on. All others are the runner's, and end what is being done.
import { ShapeError, TrialError, type FailureKind } from '../core/index.js';

export interface TrialFailure {
  readonly kind: FailureKind;
  readonly message: string;
}

/** Null where the trial is not at fault. */
export function trialFailure(error: unknown): TrialFailure | null {
  if (error instanceof TrialError) return { kind: error.kind, message: error.message };
  return error instanceof ShapeError ? { kind: 'invalid', message: error.message } : null;
}
