// What an ensemble's batch is taken from, on the device.
import type { Tensor } from '../../gpu/index.js';
import type { GraphTensors, MemberWindow } from '../../ops/index.js';

export interface EnsembleSource {
  readonly window: MemberWindow;
  readonly graphs: GraphTensors | null;
  /** N x features. */
  readonly features: Tensor | null;
}
