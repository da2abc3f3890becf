// The extents of a softmax cross-entropy.
import type { ShapeFacts } from '../contracts.js';

export interface SoftmaxShape extends ShapeFacts {
  readonly rows: number;
  readonly classes: number;
  /** Rows that count, from the first. */
  readonly count: number;
}
