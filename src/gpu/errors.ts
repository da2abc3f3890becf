// What the GPU room refuses with, beside core's KernelError, ShapeError and DeviceLostError. A trial's fate is not decided
// here: nn turns a LimitError or a DeviceMemoryError into a failed trial.
import { ForetellError } from '../core/index.js';

/** More of something than the device's limits allow; the message gives count, limit and remedy. */
export class LimitError extends ForetellError {}

/** The device had no memory left for a buffer. */
export class DeviceMemoryError extends ForetellError {}

/** A buffer or device used after its release, released twice, or read with the wrong element type. */
export class ResourceError extends ForetellError {}

/** Throws unless `count` is within the device's own limit. */
export function requireWithin(limits: GPUSupportedLimits, name: keyof GPUSupportedLimits, count: number, what: string, remedy: string): void {
  const limit = limits[name];
  if (typeof limit === 'number' && count > limit) {
    throw new LimitError(`${what}: expected ${name} of at most ${limit}, got ${count}; ${remedy}`);
  }
}
