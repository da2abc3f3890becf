// RMSProp (Tieleman and Hinton 2012), PyTorch's form: epsilon outside the root, momentum over the scaled gradient, not centred. One
// flat tensor a dispatch, as sgd.
import type { Dispatch, Tensor } from '../../gpu/index.js';
import type { OpContext } from '../contracts.js';
import { updateDispatch, type UpdateTables } from './update.js';

export interface RmspropSettings {
  readonly rate: number;
  /** Of the running mean of squared gradients; default .99. */
  readonly alpha?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Default 0. */
  readonly momentum?: number;
  readonly decay: number;
  /** Shrinks weights by rate x decay a step instead of adding decay x weight to the gradient. */
  readonly decoupled?: boolean;
}

export interface RmspropTensors extends UpdateTables {
  readonly weights: Tensor;
  readonly grad: Tensor;
  /** Running mean of the squared gradient, and what momentum keeps (written without momentum too); they start as zeros. */
  readonly square: Tensor;
  readonly velocity: Tensor;
}

/** s = alpha s + (1 - alpha) g^2; b = momentum b + g / (sqrt(s) + epsilon); w = w - rate b. All tensors of one shape; schedules as sgd. */
export function rmsprop(context: OpContext, { weights, grad, square, velocity, ...tables }: RmspropTensors, settings: RmspropSettings): Promise<Dispatch[]> {
  const overrides = { DECOUPLED: settings.decoupled ? 1 : 0 };
  return updateDispatch(context, tables, { name: 'rmsprop', weights, grad, state: { square, velocity }, params: rmspropParams(settings), overrides });
}

export function rmspropParams({ rate, alpha = 0.99, epsilon = 1e-8, momentum = 0, decay }: RmspropSettings): Record<string, number> {
  return { rate, momentum, decay, square_rate: 1 - alpha, epsilon };
}
