// One operation of a network as data: what it reads and writes, and how it becomes dispatches once its values have memory.
import type { Dispatch, Tensor } from '../gpu/index.js';
import type { OpContext } from '../ops/index.js';
import type { Value } from './value.js';

export type TensorOf = (value: Value) => Tensor;

export interface Step {
  readonly label: string;
  readonly reads: readonly Value[];
  /** A value written again (masked in place, accumulated to) stands in both lists. */
  readonly writes: readonly Value[];
  readonly prepare: (context: OpContext, tensorOf: TensorOf) => Promise<Dispatch[]>;
}

/** A layer of a built network. Forward steps come in a training and an evaluation form: only training keeps what backward needs. */
export interface Stage {
  readonly output: Value;
  forward(training: boolean): Step[];
  /**
   * From dL/d output. `input` is where dL/d input goes, null where nobody wants it (the images). The gradient's value may be
   * masked in place.
   */
  backward(gradient: Value, input: Value | null): Step[];
}

/** A layer's parameters and their gradients, as values. */
export interface LayerParameters {
  readonly weight: Value;
  readonly bias: Value;
  readonly weightGradient: Value;
  readonly biasGradient: Value;
}
