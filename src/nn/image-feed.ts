// Where a network's batches come from, as training and evaluation see it. Two kinds keep this promise: sets that lie on the
// device (device-images.ts) and sets that are uploaded a batch at a time (streamed-images.ts).
import type { Tensor } from '../gpu/index.js';

export interface ImageChunk {
  /** Number of its first image in what `order` counts. */
  readonly first: number;
  /** Bytes, four a u32 word. */
  readonly images: Tensor;
  /** Class numbers, u32. */
  readonly classes: Tensor;
}

/** A set that networks are fed from; several may be at a time. */
export interface ImageFeed {
  readonly name: string;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** What one network takes on the device to be fed in batches of `size`. Throws LimitError where that does not fit. */
  open(size: number, order: 'natural' | 'shuffled'): BatchFeed;
  release(): void;
}

/**
 * Submits one batch: the images at `order[start]` to `order[start + count - 1]` of the feed's own order. `position` is the
 * first one's place in the epoch, the same number whichever feed it is.
 */
export type SubmitBatch = (start: number, count: number, position: number) => void;

export interface BatchFeed {
  /** A batch gathers from each of them. */
  readonly chunks: readonly ImageChunk[];
  /** Image numbers, u32, that a batch's window is over. */
  readonly order: Tensor;
  /** 2 x C: factors and shifts that normalise a byte. */
  readonly scale: Tensor;
  /** Submits every batch of the set, in `order` where it was opened as shuffled; resolves when the last is submitted, not when it is done. */
  walk(submit: SubmitBatch, order?: Uint32Array<ArrayBuffer>): Promise<void>;
  release(): void;
}
