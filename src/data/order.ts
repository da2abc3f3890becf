// In which order an epoch visits the images, and how it is cut into batches. Plain numbers: the bytes stay where
// they are (on the GPU), and a trial that resumes at epoch e sees the same order without replaying the epochs before.
import { createRng } from '../core/index.js';

/** Permutation of 0..n-1 for one epoch; a function of its arguments alone. */
export function order(seed: number | string, epoch: number, n: number): Uint32Array {
  return createRng(seed).fork('order', epoch).shuffle(Uint32Array.from({ length: n }, (_, i) => i));
}

export interface Batch {
  /** First position in the epoch's order. */
  readonly start: number;
  readonly count: number;
}

/** Whole batches, then the rest as a smaller one unless `dropLast` (a set smaller than a batch is never dropped). */
export function batches(n: number, size: number, dropLast = false): Batch[] {
  const list: Batch[] = [];
  for (let start = 0; start < n; start += size) list.push({ start, count: Math.min(size, n - start) });
  const last = list.at(-1);
  if (dropLast && list.length > 1 && last !== undefined && last.count < size) list.pop();
  return list;
}
