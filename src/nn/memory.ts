// A network's memory: the flat buffers of parameters and the buffers of the plan. How much it takes is known before any of
// it is taken; what was taken is given back together.
import { TrialError } from '../core/index.js';
import { type Device, Tensor } from '../gpu/index.js';
import type { ParameterValues } from './parameter-values.js';
import type { ParameterSlice } from './parameters.js';
import type { MemoryPlan } from './plan.js';
import type { TensorOf } from './step.js';
import type { Value } from './value.js';

export interface NetworkMemory {
  readonly weights: Tensor;
  /** Null where the network keeps none. */
  readonly statistics: Tensor | null;
  /** Null for inference. */
  readonly gradients: Tensor | null;
  readonly state: readonly Tensor[];
  readonly tensorOf: TensorOf;
  readonly bytes: number;
  release(): void;
}

export interface MemoryDemand {
  readonly graph: ParameterValues & { readonly batch: number };
  readonly plan: MemoryPlan;
  /** Optimizer state tensors; null = inference, no gradients either. */
  readonly state: number | null;
  /** The most that one network may take, in bytes. */
  readonly maxBytes: number;
}

/** @throws TrialError 'memory' beyond `maxBytes`, LimitError beyond the device's limits, DeviceMemoryError where the device has no room */
export async function takeMemory(device: Device, demand: MemoryDemand): Promise<NetworkMemory> {
  const { graph, plan, state, maxBytes } = demand;
  const flats = state === null ? 1 : 2 + state;
  const { length, total } = graph.layout;
  const parameters = 4 * (length * flats + total - length);
  const bytes = plan.bytes + parameters;
  if (bytes > maxBytes) {
    throw new TrialError('memory', `network: expected at most ${maxBytes} bytes of buffers, got ${bytes} (${parameters} of parameters, ${plan.bytes} of activations at batch ${graph.batch}); use a smaller batch or a narrower network`);
  }
  const taken: Tensor[] = [];
  const release = (): void => taken.splice(0).forEach((tensor) => tensor.release());
  try {
    return await device.scoped('network memory', () => allocate(device, demand, taken, { bytes, release }));
  } catch (error) {
    release();
    // A buffer that the device had no room for must not be handed out again.
    device.pool.trim();
    throw error;
  }
}

function allocate(device: Device, { graph, plan, state }: MemoryDemand, taken: Tensor[], rest: Pick<NetworkMemory, 'bytes' | 'release'>): NetworkMemory {
  const take = (elements: number, label: string): Tensor => {
    const tensor = device.tensor([elements], { label });
    taken.push(tensor);
    return tensor;
  };
  const tensors = new Map<Value, Tensor>();
  for (const { bytes, values } of plan.buffers) {
    const { buffer } = take(bytes / 4, values.map(({ name }) => name).join(' | '));
    for (const value of values) tensors.set(value, new Tensor(value.shape, value.type, buffer, 0, value.name, null));
  }
  const { layout } = graph;
  const flat = (label: string): Tensor => take(layout.length, label);
  const weights = flat('weights');
  const gradients = state === null ? null : flat('gradients');
  const statistics = layout.total > layout.length ? take(layout.total - layout.length, 'statistics') : null;
  place(tensors, layout.slices, graph.weights, weights);
  if (gradients) place(tensors, layout.slices, graph.gradients, gradients);
  if (statistics) place(tensors, layout.statistics, graph.statistics, statistics, layout.length);
  const states = Array.from({ length: state ?? 0 }, (_, i) => flat(`optimizer state ${i}`));
  // The gaps between slices must hold zeros: the optimizer runs over them, and a snapshot keeps them.
  device.clear(...(gradients ? [gradients, ...states] : []));
  return { weights, statistics, gradients, state: states, tensorOf: lookup(tensors), ...rest };
}

/** `origin`: the flat values' element that the buffer begins with. */
function place(tensors: Map<Value, Tensor>, slices: readonly ParameterSlice[], values: readonly Value[], { buffer }: Tensor, origin = 0): void {
  slices.forEach(({ start, shape, name }, i) => {
    const value = values[i];
    if (value) tensors.set(value, new Tensor(shape, 'f32', buffer, 4 * (start - origin), name, null));
  });
}

/** Sets weights and statistics from flat values. */
export function uploadWeights(device: Device, { weights, statistics }: NetworkMemory, flat: Float32Array<ArrayBuffer>): void {
  device.upload(weights, flat.subarray(0, weights.size));
  if (statistics) device.upload(statistics, flat.subarray(weights.size));
}

function lookup(tensors: ReadonlyMap<Value, Tensor>): TensorOf {
  return (value) => {
    const tensor = tensors.get(value);
    if (tensor) return tensor;
    throw new RangeError(`memory: expected a value of this network's plan, got ${value.name}`);
  };
}
