// Error scopes around a stretch of GPU calls, turned into thrown errors. The work is synchronous: scopes are a stack per
// device, and trials that take turns on one device would pop each other's across an await.
import { KernelError } from '../core/index.js';
import { DeviceMemoryError } from './errors.js';

/** Opened in this order, popped in the reverse one. */
const FILTERS: readonly GPUErrorFilter[] = ['validation', 'out-of-memory', 'internal'];

export async function withScopes<T>(gpu: GPUDevice, label: string, work: () => T): Promise<T> {
  FILTERS.forEach((filter) => gpu.pushErrorScope(filter));
  let popped: Promise<(GPUError | null)[]>;
  let value: T;
  try {
    value = work();
  } finally {
    popped = Promise.all(FILTERS.map(() => gpu.popErrorScope()));
    popped.catch(() => undefined);
  }
  const error = errorOf(label, await popped);
  if (error) throw error;
  return value;
}

function errorOf(label: string, [internal, memory, validation]: readonly (GPUError | null)[]): Error | null {
  if (memory) return new DeviceMemoryError(`${label}: expected room on the device, got none (${memory.message}); use a smaller batch or network`);
  const refused = validation ?? internal;
  return refused ? new KernelError(`${label}: ${refused.message}`) : null;
}
