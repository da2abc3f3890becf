// First weights. He et al. 2015 (normal, variance 2 / fan in) before a ReLU, Glorot and Bengio 2010 (uniform, variance
// 2 / (fan in + fan out)) elsewhere; biases are zero. Each layer draws from a generator of its own name, so a layer's
// weights depend on the seed, its place and its shape, and on no other layer.
import type { Architecture, Rng } from '../core/index.js';
import type { ParameterLayout, ParameterSlice } from './parameters.js';

/** The flat buffer's values, gaps zero. */
export function initialWeights(architecture: Architecture, { slices, length }: ParameterLayout, rng: Rng): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(length);
  for (const slice of slices) {
    if (slice.role === 'bias') continue;
    const layer = architecture.layers[slice.layer];
    const relu = layer !== undefined && layer.type !== 'pool' && layer.activation === 'relu';
    fill(flat, slice, drawer(slice, relu, rng.fork('init', slice.layer)));
  }
  return flat;
}

function drawer({ fanIn, fanOut }: ParameterSlice, relu: boolean, rng: Rng): () => number {
  const deviation = Math.sqrt(2 / fanIn);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return relu ? () => deviation * rng.normal() : () => rng.uniform(-bound, bound);
}

function fill(flat: Float32Array, { start, size }: ParameterSlice, draw: () => number): void {
  for (let i = start; i < start + size; i++) flat[i] = draw();
}
