// A network's weights under names, as a safetensors file keeps them, and back.
import { DataError, isLanguageModel, type Network } from '../core/index.js';
import type { NamedTensor } from '../data/index.js';
import { parameterLayout } from './architecture-parameters.js';
import type { ParameterLayout, ParameterSlice } from './parameters.js';
import { languageParameters } from './sequence/parameters.js';

/** A language model's as `languageParameters` names them; an image network's: `layers.0.weight` (conv K x C x R x S, dense units x inputs), `layers.0.bias`, ... in the order of the layers, then statistics. */
export function namedWeights(network: Network, flat: Float32Array): Map<string, NamedTensor> {
  return new Map(slicesOf(networkLayout(network)).map(({ name, shape, start, size }) => [name, { shape, data: flat.slice(start, start + size) }]));
}

/** @throws DataError where a tensor is missing, of another shape or type, or one too many */
export function flatWeights(network: Network, tensors: ReadonlyMap<string, NamedTensor>): Float32Array<ArrayBuffer> {
  const layout = networkLayout(network);
  const slices = slicesOf(layout);
  const flat = new Float32Array(layout.total);
  for (const slice of slices) flat.set(dataOf(slice, tensors.get(slice.name)), slice.start);
  const known = new Set(slices.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !known.has(name));
  if (extra !== undefined) throw new DataError(`weights: expected ${[...known].join(', ')}, got ${extra} too; these are another network's weights`);
  return flat;
}

/** Where the parameters of an image network or a language model lie. Throws ShapeError where a layer does not fit. */
export function networkLayout(network: Network): ParameterLayout {
  return isLanguageModel(network) ? languageParameters(network) : parameterLayout(network);
}

function slicesOf({ slices, statistics }: ParameterLayout): readonly ParameterSlice[] {
  return [...slices, ...statistics];
}

function dataOf({ name, shape }: ParameterSlice, tensor: NamedTensor | undefined): Float32Array {
  if (!tensor) throw new DataError(`weights: expected a tensor ${name}, got none; these are another network's weights`);
  if (tensor.data instanceof Float32Array && tensor.shape.join() === shape.join()) return tensor.data;
  throw new DataError(`weights: ${name}: expected f32 of ${shape.join('x')}, got ${tensor.data instanceof Float32Array ? 'f32' : 'u32'} of ${tensor.shape.join('x')}; these are another network's weights`);
}
