// The update of all parameters at once, over the flat buffers: one dispatch, whose params follow the schedule, and before it the two
// of the gradient's norm where it is clipped.
import type { Dispatch, Tensor } from '../gpu/index.js';
import { adam, adamParams, clipByNorm, type OpContext, rmsprop, rmspropParams, sgd, sgdParams, type UpdateTables } from '../ops/index.js';
import type { OptimizerName, TrainSettings } from './hyper.js';
import { layerFactors } from './layer-factors.js';
import type { ParameterLayout } from './parameters.js';

/** SGD: velocity. Adam: means of the gradient and of its square. RMSProp: mean of the square, velocity. */
const STATES: Readonly<Record<OptimizerName, number>> = { sgd: 1, adam: 2, rmsprop: 2 };

/** Flat tensors that the optimizer keeps between steps. */
export function stateCount({ optimizer }: Pick<TrainSettings, 'optimizer'>): number {
  return STATES[optimizer];
}

export interface FlatTensors {
  readonly weights: Tensor;
  readonly gradients: Tensor;
  /** `stateCount` of them, zero before the first step. */
  readonly state: readonly Tensor[];
}

/** @throws TrialError 'invalid' where a hyper-parameter names a layer that has no parameters */
export async function updateDispatches(context: OpContext, flats: FlatTensors, settings: TrainSettings, layout: ParameterLayout): Promise<Dispatch[]> {
  const { device } = context;
  const table = layerFactors(layout, settings);
  const owns: Tensor[] = [];
  const own = (shape: readonly number[], label: string, data?: Float32Array<ArrayBuffer>): Tensor => {
    const tensor = device.tensor(shape, { label, ...(data ? { data } : {}) });
    owns.push(tensor);
    return tensor;
  };
  try {
    const factors = table && own([table.length / 2, 2], 'rate factors and decays', table);
    const clip = settings.clipNorm > 0 ? own([2], 'clip') : null;
    const before = clip ? await clipByNorm(context, { grad: flats.gradients, clip }, settings.clipNorm) : [];
    owns.push(...before.flatMap((dispatch) => dispatch.owns));
    const update = await optimizerDispatches(context, flats, settings, { ...(factors ? { factors } : {}), ...(clip ? { clip } : {}) });
    // All scratch is the update's, so that whatever fails on the way gives back everything.
    return [...before.map((dispatch) => ({ ...dispatch, owns: [] })), ...update.map((dispatch) => ({ ...dispatch, owns }))];
  } catch (error) {
    owns.forEach((tensor) => tensor.release());
    throw error;
  }
}

function optimizerDispatches(context: OpContext, { weights, gradients: grad, state }: FlatTensors, settings: TrainSettings, tables: UpdateTables): Promise<Dispatch[]> {
  const [one, two] = state as [Tensor, Tensor];
  const own = settingsOf(settings, settings.learningRate);
  switch (settings.optimizer) {
    case 'sgd':
      return sgd(context, { weights, grad, velocity: one, ...tables }, own);
    case 'adam':
      return adam(context, { weights, grad, first: one, second: two, ...tables }, own);
    case 'rmsprop':
      return rmsprop(context, { weights, grad, square: one, velocity: two, ...tables }, own);
  }
}

/** Params of the update at a step (from 1, over all epochs). */
export function updateParams(settings: TrainSettings, rate: number, step: number): Record<string, number> {
  const own = settingsOf(settings, rate);
  switch (settings.optimizer) {
    case 'sgd':
      return sgdParams(own);
    case 'adam':
      return adamParams(own, step);
    case 'rmsprop':
      return rmspropParams(own);
  }
}

/** Under the names of all three; each takes its own. */
function settingsOf({ momentum, nesterov, decoupled, beta1, beta2, rmsAlpha: alpha, epsilon, weightDecay: decay }: TrainSettings, rate: number) {
  return { rate, momentum, nesterov, decoupled, beta1, beta2, alpha, epsilon, decay };
}
