// The extents of a batch gather and of its window into the data set.
import type { ShapeFacts } from '../contracts.js';

export interface GatherShape extends ShapeFacts {
  /** Rows of the batch tensor. */
  readonly N: number;
  readonly C: number;
  /** Pixels of one channel of one image. */
  readonly plane: number;
  /** Pixels of one row. */
  readonly W: number;
  /** Augmentation: 1 = rows of the batch are mirrored by chance; pixels that they are moved by at most. */
  readonly flip: number;
  readonly crop: number;
  /** Position in `order` of the batch's first row. */
  readonly start: number;
  /** Rows that are images; the rest are zeros. */
  readonly count: number;
  /** Number of the first image of this chunk of the data set, and how many it holds. */
  readonly first: number;
  readonly held: number;
}
