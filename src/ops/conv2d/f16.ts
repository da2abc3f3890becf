// conv2d's f16 variant, forward alone: products in f16, sums in f32; for contexts that allow reduced precision on adapters with
// shader-f16. Gradients span too many orders of magnitude for f16 without scaling the loss, so they have no such variant.
import { dispatch } from '../../gpu/index.js';
import { conv2dParams, type Conv2dShape } from './shape.js';
import type { Variant } from '../contracts.js';
import { EPILOGUES } from '../matmul/shape.js';
import { F16_TILES, hasF16, REDUCED_SPAN } from '../reduced.js';
import { MAX_GROUPS, SIDE } from '../tiles.js';

const FILE = 'conv2d/f16.wgsl';
const LEAST_FILTERS = 16;

export const conv2dF16: Variant<Conv2dShape> = {
  name: 'f16',
  file: FILE,
  reduced: true,
  fits: (direction, shape, adapter) => direction === 'forward' && hasF16(adapter) && reducedFits(shape),
  settings: (_direction, { bias, relu }) => F16_TILES.map((spec) => ({ spec, overrides: { BIAS: bias, RELU: relu } })),
  pipelines: () => F16_TILES.flatMap((spec) => EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', spec, overrides }))),
  async dispatches(device, _direction, shape, { spec, overrides }, buffers) {
    const pipeline = await device.pipeline({ file: FILE, entry: 'forward', spec, overrides });
    return [dispatch(pipeline, { ...reducedParts(shape, SIDE * (spec.TILE ?? 1)), buffers })];
  },
};

/** Groups of a few filters leave tiles of 64 and more all but empty. */
export function reducedFits({ N, K, P, Q, groups }: Conv2dShape): boolean {
  return (groups === 1 || K / groups >= LEAST_FILTERS) && groups <= MAX_GROUPS && Math.max(N * P * Q, K) <= MAX_GROUPS * REDUCED_SPAN;
}

/** Params and grid with `rows` filters a workgroup. */
export function reducedParts(shape: Conv2dShape, rows: number): { params: Record<string, number>; grid: readonly [number, number, number] } {
  const { N, C, K, R, S, P, Q, groups } = shape;
  const params = { ...conv2dParams(shape), depth: (C / groups) * R * S };
  return { params, grid: [Math.ceil((N * P * Q) / REDUCED_SPAN), Math.ceil(K / groups / rows), groups] };
}
