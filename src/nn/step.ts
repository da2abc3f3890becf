// One operation of a network as data: what it reads and writes, and how it becomes dispatches once its values have memory.
import type { Dispatch, Tensor } from '../gpu/index.js';
import type { OpContext } from '../ops/index.js';
import type { Value } from './value.js';

export type TensorOf = (value: Value) => Tensor;

/**
 * What changes from one batch to the next: the window over the order, the number of the step (from 1), the training's seed (u32), the epoch,
 * and whether a recurrent layer goes on from the state before (1) or from zeros (0).
 */
export interface BatchParams {
  readonly start: number;
  readonly count: number;
  readonly step: number;
  readonly seed: number;
  readonly epoch: number;
  /** Of the batch's first image in the epoch. */
  readonly position: number;
  readonly keep: number;
}

export interface Step {
  readonly label: string;
  readonly reads: readonly Value[];
  /** A value written again (changed in place, accumulated to) stands in both lists. */
  readonly writes: readonly Value[];
  /** Params of its dispatches that are set anew for each batch, on those that have them. */
  readonly follows?: readonly (keyof BatchParams)[];
  readonly prepare: (context: OpContext, tensorOf: TensorOf) => Promise<Dispatch[]>;
}

/** A layer of a built network. Forward steps come in a training and an evaluation form: only training keeps what backward needs. */
export interface Stage {
  readonly output: Value;
  forward(training: boolean): Step[];
  /** From dL/d output, which is read only. `input` is where dL/d input goes, null where nobody wants it (the images). */
  backward(gradient: Value, input: Value | null): Step[];
}

/** Parameters of a layer that sums, and their gradients, as values. */
export interface LayerParameters {
  readonly weight: Value;
  readonly weightGradient: Value;
  /** Null where the layer has no bias. */
  readonly bias: Value | null;
  readonly biasGradient: Value | null;
}
