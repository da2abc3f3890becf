// Adam (Kingma and Ba 2015), its decay in the gradient or decoupled (AdamW, Loshchilov and Hutter 2019). One flat tensor a
// dispatch, as sgd.
import { KernelError } from '../../core/index.js';
import type { Dispatch, Tensor } from '../../gpu/index.js';
import type { OpContext } from '../contracts.js';
import { updateDispatch, type UpdateTables } from './update.js';

export interface AdamSettings {
  readonly rate: number;
  /** Defaults .9, .999 and 1e-8. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly decay: number;
  /** Shrinks weights by rate x decay a step instead of adding decay x weight to the gradient. */
  readonly decoupled?: boolean;
}

export interface AdamTensors extends UpdateTables {
  readonly weights: Tensor;
  readonly grad: Tensor;
  /** Running means of the gradient and of its square; they start as zeros. */
  readonly first: Tensor;
  readonly second: Tensor;
}

/** One step; all tensors of one shape. Before each step set `adamParams(settings, step)` on the dispatch's params, step from 1. */
export function adam(context: OpContext, { weights, grad, first, second, ...tables }: AdamTensors, settings: AdamSettings, step = 1): Promise<Dispatch[]> {
  const overrides = { DECOUPLED: settings.decoupled ? 1 : 0 };
  return updateDispatch(context, tables, { name: 'adam', weights, grad, state: { first, second }, params: adamParams(settings, step), overrides });
}

/** What the kernel needs of the settings at a step (from 1), bias corrections included. */
export function adamParams(settings: Omit<AdamSettings, 'decoupled'>, step: number): Record<string, number> {
  if (!Number.isInteger(step) || step < 1) throw new KernelError(`adam: expected a step from 1, got ${step}`);
  const { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay } = settings;
  return {
    rate,
    decay,
    correction: 1 / (1 - beta1 ** step),
    root: 1 / Math.sqrt(1 - beta2 ** step),
    first_rate: 1 - beta1,
    second_rate: 1 - beta2,
    epsilon,
  };
}
