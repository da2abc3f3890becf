// The update of all parameters at once, over the flat buffers: one dispatch, whose params follow the schedule.
import type { Dispatch, Tensor } from '../gpu/index.js';
import { adam, adamParams, type OpContext, sgd, sgdParams } from '../ops/index.js';
import type { TrainSettings } from './hyper.js';

/** Flat tensors that the optimizer keeps between steps: SGD's velocity; Adam's means of the gradient and of its square. */
export function stateCount({ optimizer }: TrainSettings): number {
  return optimizer === 'sgd' ? 1 : 2;
}

export interface FlatTensors {
  readonly weights: Tensor;
  readonly gradients: Tensor;
  /** `stateCount` of them, zero before the first step. */
  readonly state: readonly Tensor[];
}

export function updateDispatches(context: OpContext, { weights, gradients: grad, state }: FlatTensors, settings: TrainSettings): Promise<Dispatch[]> {
  const [first, second] = state as [Tensor, Tensor];
  if (settings.optimizer === 'sgd') return sgd(context, { weights, grad, velocity: first }, sgdSettings(settings, settings.learningRate));
  return adam(context, { weights, grad, first, second }, adamSettings(settings, settings.learningRate));
}

/** Params of the update at a step (from 1, over all epochs). */
export function updateParams(settings: TrainSettings, rate: number, step: number): Record<string, number> {
  return settings.optimizer === 'sgd' ? sgdParams(sgdSettings(settings, rate)) : adamParams(adamSettings(settings, rate), step);
}

function sgdSettings({ momentum, weightDecay: decay }: TrainSettings, rate: number): { rate: number; momentum: number; decay: number } {
  return { rate, momentum, decay };
}

function adamSettings(settings: TrainSettings, rate: number): Parameters<typeof adamParams>[0] {
  const { beta1, beta2, epsilon, weightDecay: decay } = settings;
  return { rate, beta1, beta2, epsilon, decay };
}
