// Whose fault it is. A network beyond the device's limits or with impossible extents is the trial's own failure and the
// search goes on without it; a lost device, a kernel that does not compile or a bug is not, and passes through.
import { ShapeError, TrialError } from '../core/index.js';
import { DeviceMemoryError, LimitError } from '../gpu/index.js';

export function trialFault(error: unknown): unknown {
  if (error instanceof LimitError || error instanceof DeviceMemoryError) return new TrialError('memory', error.message);
  if (error instanceof ShapeError) return new TrialError('invalid', error.message);
  return error;
}

/** Runs `work`; what it throws becomes a TrialError where the trial is at fault. */
export async function asTrial<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw trialFault(error);
  }
}
