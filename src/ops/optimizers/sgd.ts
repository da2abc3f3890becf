// SGD with momentum and decay, PyTorch's convention. One flat tensor a dispatch: a network that keeps its weights, gradients and
// velocities in three flat buffers updates in one launch.
import type { Dispatch, Tensor } from '../../gpu/index.js';
import type { OpContext } from '../contracts.js';
import { updateDispatch, type UpdateTables } from './update.js';

export interface SgdSettings {
  readonly rate: number;
  /** 0 to 1; 0 = plain SGD. */
  readonly momentum: number;
  /** Added to the gradient as decay x weight. */
  readonly decay: number;
}

export interface SgdTensors extends UpdateTables {
  readonly weights: Tensor;
  readonly grad: Tensor;
  /** Starts as zeros. */
  readonly velocity: Tensor;
}

export interface SgdFlags {
  readonly nesterov?: boolean;
  /** Shrinks weights by rate x decay a step instead of adding decay x weight to the gradient. */
  readonly decoupled?: boolean;
}

/**
 * g = grad + decay w; v = momentum v + g; w = w - rate v (Nesterov: w - rate (g + momentum v)). All of one shape. A schedule
 * sets `sgdParams(settings)` on the dispatch's params before a step.
 */
export function sgd(context: OpContext, { weights, grad, velocity, ...tables }: SgdTensors, settings: SgdSettings & SgdFlags): Promise<Dispatch[]> {
  const overrides = { NESTEROV: settings.nesterov ? 1 : 0, DECOUPLED: settings.decoupled ? 1 : 0 };
  return updateDispatch(context, tables, { name: 'sgd', weights, grad, state: { velocity }, params: sgdParams(settings), overrides });
}

export function sgdParams({ rate, momentum, decay }: SgdSettings): { rate: number; momentum: number; decay: number } {
  return { rate, momentum, decay };
}
