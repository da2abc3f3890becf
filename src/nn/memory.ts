// A network's memory: the flat buffers of parameters and the buffers of the plan. How much it takes is known before any of
// it is taken; what was taken is given back together.
import { TrialError } from '../core/index.js';
import { type Device, Tensor } from '../gpu/index.js';
import type { Graph } from './graph.js';
import type { MemoryPlan } from './plan.js';
import type { TensorOf } from './step.js';
import type { Value } from './value.js';

export interface NetworkMemory {
  readonly weights: Tensor;
  /** Null for inference. */
  readonly gradients: Tensor | null;
  readonly state: readonly Tensor[];
  readonly tensorOf: TensorOf;
  readonly bytes: number;
  release(): void;
}

export interface MemoryDemand {
  readonly graph: Graph;
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
  const bytes = plan.bytes + 4 * graph.layout.length * flats;
  if (bytes > maxBytes) {
    throw new TrialError('memory', `network: expected at most ${maxBytes} bytes of buffers, got ${bytes} (${4 * graph.layout.length * flats} of parameters, ${plan.bytes} of activations at batch ${graph.batch}); use a smaller batch or a narrower network`);
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
  const flat = (label: string): Tensor => take(graph.layout.length, label);
  const weights = flat('weights');
  const gradients = state === null ? null : flat('gradients');
  slice(tensors, graph, graph.weights, weights);
  if (gradients) slice(tensors, graph, graph.gradients, gradients);
  const states = Array.from({ length: state ?? 0 }, (_, i) => flat(`optimizer state ${i}`));
  // The gaps between slices must hold zeros: the optimizer runs over them, and a snapshot keeps them.
  device.clear(...(gradients ? [gradients, ...states] : []));
  return { weights, gradients, state: states, tensorOf: lookup(tensors), ...rest };
}

function slice(tensors: Map<Value, Tensor>, { layout }: Graph, values: readonly Value[], { buffer }: Tensor): void {
  layout.slices.forEach(({ start, shape, name }, i) => {
    const value = values[i];
    if (value) tensors.set(value, new Tensor(shape, 'f32', buffer, 4 * start, name, null));
  });
}

function lookup(tensors: ReadonlyMap<Value, Tensor>): TensorOf {
  return (value) => {
    const tensor = tensors.get(value);
    if (tensor) return tensor;
    throw new RangeError(`memory: expected a value of this network's plan, got ${value.name}`);
  };
}
