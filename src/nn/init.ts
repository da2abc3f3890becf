// First values of a layout's parameters and statistics. Each draws from a generator of its own name, so a layer's weights depend
// on the seed, its place and its shape, and on no other layer.
import type { Rng } from '../core/index.js';
import type { FirstValues, ParameterLayout } from './parameters.js';

/** The flat values, statistics included, gaps zero. */
export function initialWeights({ slices, statistics, total }: ParameterLayout, rng: Rng): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(total);
  for (const { start, size, first, stream } of [...slices, ...statistics]) {
    const draw = drawer(first, rng.fork('init', stream));
    for (let i = start; i < start + size; i++) flat[i] = draw();
  }
  return flat;
}

function drawer(first: FirstValues, rng: Rng): () => number {
  if ('constant' in first) return () => first.constant;
  if ('deviation' in first) return () => first.deviation * rng.normal();
  return () => rng.uniform(-first.bound, first.bound);
}
