// conv2d's tiled variant, for GPUs: implicit matrix products through workgroup memory, one a group; depthwise convolutions go to
// depthwise.ts. Fits everything within the dispatch limit.
import { type Buffers, type Device, dispatch, type Dispatch, type Spec } from '../../gpu/index.js';
import { DEPTHWISE_PIPELINES, depthwiseDispatches, depthwiseFits, depthwiseSettings } from './depthwise.js';
import { totalSplits } from './pack.js';
import { conv2dParams, type Conv2dShape } from './shape.js';
import { need, type Direction, type Variant } from '../contracts.js';
import { EPILOGUES } from '../matmul/shape.js';
import { MAX_GROUPS, SIDE, TILES } from '../tiles.js';

const FILE = 'conv2d/tiled.wgsl';
const WEIGHT_FILE = 'conv2d/tiled-weight.wgsl';
/** Workgroups to aim for by splitting a weight gradient's sum: a mid-sized GPU's cores a few times over. */
const WORKGROUPS = 256;
/** A split of fewer outputs than this is not worth its partial sums. */
const MIN_DEPTH = 256;

interface Extents {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

export const conv2dTiled: Variant<Conv2dShape> = {
  name: 'tiled',
  file: FILE,
  fits(direction, shape) {
    const { rows, columns } = extentsOf(direction, shape);
    return Math.max(rows, columns) <= MAX_GROUPS * SIDE && shape.groups <= MAX_GROUPS;
  },
  settings(direction, shape) {
    if (depthwiseFits(shape)) return depthwiseSettings(direction, shape);
    return TILES.map((spec) => ({ spec, overrides: direction === 'forward' ? { BIAS: shape.bias, RELU: shape.relu } : {} }));
  },
  pipelines: () => [
    ...DEPTHWISE_PIPELINES,
    ...TILES.flatMap((spec) => [
      ...EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', spec, overrides })),
      { file: FILE, entry: 'grad_input', spec },
      { file: WEIGHT_FILE, entry: 'grad_weight', spec },
    ]),
  ],
  async dispatches(device, direction, shape, settings, buffers) {
    if (depthwiseFits(shape)) return depthwiseDispatches(device, direction, shape, settings, buffers);
    const { spec, overrides } = settings;
    if (direction === 'grad_weight') return weightDispatches(device, shape, spec, buffers);
    const pipeline = await device.pipeline({ file: FILE, entry: direction, spec, overrides });
    const { rows, columns, depth } = extentsOf(direction, shape);
    const span = SIDE * (spec.TILE ?? 1);
    const grid = [Math.ceil(columns / span), Math.ceil(rows / span), shape.groups] as const;
    return [dispatch(pipeline, { params: { ...conv2dParams(shape), depth }, buffers, grid })];
  },
};

async function weightDispatches(device: Device, shape: Conv2dShape, spec: Spec, buffers: Buffers): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: WEIGHT_FILE, entry: 'grad_weight', spec });
  const { groups } = shape;
  const { rows, columns, depth } = extentsOf('grad_weight', shape);
  const span = SIDE * (spec.TILE ?? 1);
  const tiles = [Math.ceil(columns / span), Math.ceil(rows / span)] as const;
  const wanted = Math.max(1, Math.min(Math.ceil(WORKGROUPS / (tiles[0] * tiles[1] * groups)), Math.floor(depth / MIN_DEPTH)));
  const each = Math.ceil(depth / wanted);
  const splits = Math.ceil(depth / each);
  const dw = need(buffers, 'dw');
  const partial = splits === 1 ? dw : device.tensor([splits, dw.size], { label: 'weight gradient splits' });
  const params = { ...conv2dParams(shape), groups, columns, depth, depth_a_split: each };
  const owns = splits === 1 ? [] : [partial];
  const sums = dispatch(pipeline, { params, buffers: { ...buffers, dw: partial }, grid: [...tiles, splits * groups], owns });
  return splits === 1 ? [sums] : [sums, await totalSplits(device, partial, dw, splits)];
}

/** The direction as a matrix product, one a group. */
function extentsOf(direction: Direction, { N, C, H, W, K, R, S, P, Q, groups }: Conv2dShape): Extents {
  switch (direction) {
    case 'forward':
      return { rows: K / groups, columns: N * P * Q, depth: (C / groups) * R * S };
    case 'grad_input':
      return { rows: C / groups, columns: N * H * W, depth: (K / groups) * R * S };
    case 'grad_weight':
      return { rows: K / groups, columns: (C / groups) * R * S, depth: N * P * Q };
  }
}
