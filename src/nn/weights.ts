// A network's weights under names, as a safetensors file keeps them, and back.
import { DataError, type Architecture } from '../core/index.js';
import type { NamedTensor } from '../data/index.js';
import { parameterLayout } from './architecture-parameters.js';
import type { ParameterSlice } from './parameters.js';

/** `layers.0.weight` (conv K x C x R x S, dense units x inputs), `layers.0.bias`, ... in the order of the layers, then statistics. */
export function namedWeights(architecture: Architecture, flat: Float32Array): Map<string, NamedTensor> {
  return new Map(slicesOf(architecture).map(({ name, shape, start, size }) => [name, { shape, data: flat.slice(start, start + size) }]));
}

/** @throws DataError where a tensor is missing, of another shape or type, or one too many */
export function flatWeights(architecture: Architecture, tensors: ReadonlyMap<string, NamedTensor>): Float32Array<ArrayBuffer> {
  const slices = slicesOf(architecture);
  const flat = new Float32Array(parameterLayout(architecture).total);
  for (const slice of slices) flat.set(dataOf(slice, tensors.get(slice.name)), slice.start);
  const known = new Set(slices.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !known.has(name));
  if (extra !== undefined) throw new DataError(`weights: expected ${[...known].join(', ')}, got ${extra} too; these are another network's weights`);
  return flat;
}

function slicesOf(architecture: Architecture): readonly ParameterSlice[] {
  const { slices, statistics } = parameterLayout(architecture);
  return [...slices, ...statistics];
}

function dataOf({ name, shape }: ParameterSlice, tensor: NamedTensor | undefined): Float32Array {
  if (!tensor) throw new DataError(`weights: expected a tensor ${name}, got none; these are another network's weights`);
  if (tensor.data instanceof Float32Array && tensor.shape.join() === shape.join()) return tensor.data;
  throw new DataError(`weights: ${name}: expected f32 of ${shape.join('x')}, got ${tensor.data instanceof Float32Array ? 'f32' : 'u32'} of ${tensor.shape.join('x')}; these are another network's weights`);
}
