// conv2d's subgroup variant: pads and packs, then one convolution kernel for forward and grad_input; weight gradients in
// subgroup-weight.ts and square-weight.ts, gradients of images with few channels in narrow.ts. Wants a subgroup size known beforehand and
// filters that span 1, 3, 5 or 7 columns; groups too small for the register tile are left to the others.
import { type AdapterFacts, type Buffers, type Device, dispatch, type Dispatch, linearGrid, type Tensor } from '../../gpu/index.js';
import { MAX_PLANE, PACK_PIPELINES, packFilters, type Packing, padImages, type Padding } from './pack.js';
import { NARROW_PIPELINES, narrowDispatches, narrowFits, narrowSettings } from './narrow.js';
import type { Conv2dShape } from './shape.js';
import { SQUARE_WEIGHT_PIPELINES, squareWeightDispatches, squareWeightFits, squareWeightSettings } from './square-weight.js';
import { weightDispatches, WEIGHT_PIPELINES, weightSettings } from './subgroup-weight.js';
import { pitchOf, spanOf, STRIDES, WIDTHS } from './quads.js';
import { need, type Direction, type Settings, type Variant } from '../contracts.js';
import { EPILOGUES } from '../matmul/shape.js';
import { lanesOf, SUBGROUP_SIZES } from '../subgroups.js';

const FILE = 'conv2d/subgroup.wgsl';
/** Filters a workgroup, the kernel's register tile. */
const FILTERS = 16;
/** Outputs of one group from which on the register tile is full enough. */
const MIN_GROUP = 8;

export const conv2dSubgroup: Variant<Conv2dShape> = {
  name: 'subgroup',
  file: FILE,
  fits: (direction, shape, adapter) => lanesOf(adapter) !== null && (narrowFits(direction, shape) || generalFits(direction, shape, adapter)),
  settings(direction, shape, adapter) {
    const lanes = lanesOf(adapter) ?? 0;
    const narrow = narrowFits(direction, shape) ? narrowSettings(shape, lanes) : [];
    if (!generalFits(direction, shape, adapter)) return narrow;
    if (direction === 'grad_weight') return [...(squareWeightFits(shape) ? squareWeightSettings(shape, lanes) : []), ...weightSettings(shape, lanes)];
    const STRIDE = direction === 'forward' ? shape.strideW : 1;
    const overrides: Record<string, number> = direction === 'forward' ? { BIAS: shape.bias, RELU: shape.relu } : {};
    return [...narrow, { spec: { LANES: lanes, S: spanOf(shape).columns, STRIDE, FOURS: foursOf(direction, shape) }, overrides }];
  },
  pipelines: () => [...PACK_PIPELINES, ...convolvePipelines(), ...WEIGHT_PIPELINES, ...NARROW_PIPELINES, ...SQUARE_WEIGHT_PIPELINES],
  dispatches(device, direction, shape, settings, buffers) {
    if (direction === 'grad_weight') return (settings.spec.TILE === undefined ? weightDispatches : squareWeightDispatches)(device, shape, settings, buffers);
    if (settings.spec.CHANNELS !== undefined) return narrowDispatches(device, shape, settings, buffers);
    return convolve(device, planOf(direction, shape, buffers), settings);
  },
};

interface Plan {
  readonly images: Tensor;
  readonly padding: Padding;
  readonly filters: Tensor;
  readonly packing: Packing;
  readonly bias: Tensor;
  readonly y: Tensor;
  readonly N: number;
  /** Rows and columns of the output. */
  readonly P: number;
  readonly Q: number;
  readonly strideH: number;
  readonly dilateH: number;
}

/** Both directions as one forward convolution: the gradient's images are dy, dilated by the stride. */
function planOf(direction: Direction, shape: Conv2dShape, buffers: Buffers): Plan {
  const { N, C, H, W, K, R, P, Q, strideH, strideW, padH, padW, dilateH, dilateW, groups } = shape;
  const { rows, columns: S } = spanOf(shape);
  const filters = need(buffers, 'w');
  if (direction === 'forward') {
    const padding = { N, channels: C, H, W, rows: (P - 1) * strideH + rows, pitch: pitchOf(Q, S, strideW), top: padH, left: padW, dilateH: 1, dilateW: 1 };
    const packing = { groups, outputs: K / groups, inputs: C / groups, R, S, dilateW, turned: false };
    return { images: need(buffers, 'x'), padding, filters, packing, bias: need(buffers, 'bias'), y: need(buffers, 'y'), N, P, Q, strideH, dilateH };
  }
  const padding = { N, channels: K, H: P, W: Q, rows: H + rows - 1, pitch: pitchOf(W, S, 1), top: rows - 1 - padH, left: S - 1 - padW, dilateH: strideH, dilateW: strideW };
  const packing = { groups, outputs: C / groups, inputs: K / groups, R, S, dilateW, turned: true };
  return { images: need(buffers, 'dy'), padding, filters, packing, bias: filters, y: need(buffers, 'dx'), N, P: H, Q: W, strideH: 1, dilateH };
}

async function convolve(device: Device, plan: Plan, { spec, overrides }: Settings): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: FILE, entry: 'convolve', spec, overrides });
  const images = await padImages(device, plan.images, plan.padding);
  const filters = await packFilters(device, plan.filters, plan.packing);
  const { N, P, Q, padding, packing, strideH, dilateH } = plan;
  const quadsARow = Math.ceil(Q / 4);
  const quads = N * P * quadsARow;
  const blocks = Math.ceil(packing.outputs / FILTERS);
  const params = {
    group_c: packing.inputs, group_k: packing.outputs, blocks, C: packing.groups * packing.inputs, R: packing.R, K: packing.groups * packing.outputs, P, Q, quads_a_row: quadsARow, quads,
    pitch: padding.pitch, tap_pitch: dilateH * padding.pitch, plane: padding.rows * padding.pitch, stride_h: strideH,
  };
  const [x, y] = linearGrid(quads, spec.LANES ?? 1);
  const grid = [x, y, packing.groups * blocks] as const;
  const buffers = { images: images.tensor, filters: filters.tensor, bias: plan.bias, y: plan.y };
  return [...images.dispatches, ...filters.dispatches, dispatch(pipeline, { params, buffers, grid })];
}

/** Filters a lane, in fours: a gradient of images with one channel would compute sixteen and store one. */
function foursOf(direction: Direction, { C, groups }: Conv2dShape): number {
  return direction === 'grad_input' && C / groups <= 4 ? 1 : 4;
}

function generalFits(direction: Direction, shape: Conv2dShape, adapter: AdapterFacts): boolean {
  const stride = direction === 'grad_input' ? 1 : shape.strideW;
  return WIDTHS.includes(spanOf(shape).columns) && fillsTile(direction, shape) && STRIDES.includes(stride) && scratchFits(direction, shape, adapter);
}

function fillsTile(direction: Direction, { C, K, groups }: Conv2dShape): boolean {
  return groups === 1 || (direction === 'grad_input' ? C : K) / groups >= MIN_GROUP;
}

function scratchFits(direction: Direction, shape: Conv2dShape, { limits }: AdapterFacts): boolean {
  const { N, C, H, K, P, Q, W, strideH, strideW } = shape;
  const { rows, columns } = spanOf(shape);
  // square-weight.ts takes rows of outputs in pairs.
  const lastRow = direction === 'grad_weight' ? P + (P % 2) : P;
  const forward = { planes: N * C, size: ((lastRow - 1) * strideH + rows) * pitchOf(Q, columns, strideW) };
  const gradient = direction === 'grad_input' ? { planes: N * K, size: (H + rows - 1) * pitchOf(W, columns, 1) } : { planes: N * K, size: P * Math.ceil(Q / 4) };
  const passes = direction === 'forward' ? [forward] : direction === 'grad_input' ? [gradient] : [forward, gradient];
  const limit = limits.maxStorageBufferBindingSize ?? 0;
  return passes.every(({ planes, size }) => size < MAX_PLANE && planes * size * 16 <= limit);
}

function convolvePipelines(): { file: string; entry: string; spec: Record<string, number>; overrides: Readonly<Record<string, number>> }[] {
  const specs = SUBGROUP_SIZES.flatMap((LANES) => WIDTHS.flatMap((S) => STRIDES.flatMap((STRIDE) => [1, 4].map((FOURS) => ({ LANES, S, STRIDE, FOURS })))));
  return specs.flatMap((spec) => EPILOGUES.map((overrides) => ({ file: FILE, entry: 'convolve', spec, overrides })));
}
