// The part of conv2d's subgroup variant that takes gradients of images with few channels: one direct pass, nothing padded or packed.
// Stride 1, square filters and "same" columns alone; everything else stays with the general kernel.
import { type Buffers, type Device, dispatch, type Dispatch, linearGrid, type PipelineKey } from '../../gpu/index.js';
import type { Conv2dShape } from './shape.js';
import { need, type Direction, type Settings } from '../contracts.js';
import { SUBGROUP_SIZES } from '../subgroups.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'conv2d/narrow.wgsl';
const WIDTHS: readonly number[] = [3, 5, 7];
const MAX_CHANNELS = 4;
const ROWS = 4;

export function narrowFits(direction: Direction, { C, R, S, W, Q, padW, strideH, strideW, dilateH, dilateW, groups }: Conv2dShape): boolean {
  const square = WIDTHS.includes(S) && R === S && W === Q && 2 * padW === S - 1;
  return direction === 'grad_input' && square && C / groups <= MAX_CHANNELS && Math.max(strideH, strideW, dilateH, dilateW) === 1 && groups <= MAX_GROUPS;
}

export function narrowSettings({ C, S, W, groups }: Conv2dShape, lanes: number): Settings[] {
  return [{ spec: { LANES: lanes, S, CHANNELS: C / groups, ROWS }, overrides: { ALIGNED: W % 4 === 0 ? 1 : 0 } }];
}

export async function narrowDispatches(device: Device, shape: Conv2dShape, { spec, overrides }: Settings, buffers: Buffers): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_input', spec, overrides });
  const { N, C, H, W, K, P, padH, groups } = shape;
  const lanes = spec.LANES ?? 1;
  const quads = Math.ceil(W / 4);
  const overlap = quads > lanes ? 1 : 0;
  const stored = overlap ? lanes - 2 : quads;
  const strips = Math.ceil(quads / stored);
  const bands = Math.ceil(H / (spec.ROWS ?? 1));
  const sharedBy = overlap ? 1 : Math.floor(lanes / quads);
  const units = N * bands * strips;
  const params = { C, group_k: K / groups, H, W, P, pad_h: padH, quads, stored, strips, bands, units, shared_by: sharedBy, overlap };
  const [x, y] = linearGrid(units, sharedBy);
  const dy = need(buffers, 'dy');
  return [dispatch(pipeline, { params, buffers: { dy, dy_quads: dy, w: need(buffers, 'w'), dx: need(buffers, 'dx') }, grid: [x, y, groups] })];
}

export const NARROW_PIPELINES: readonly PipelineKey[] = SUBGROUP_SIZES.flatMap((LANES) =>
  WIDTHS.flatMap((S) => [1, 2, 3, 4].flatMap((CHANNELS) => [0, 1].map((ALIGNED) => ({ file: FILE, entry: 'grad_input', spec: { LANES, S, CHANNELS, ROWS }, overrides: { ALIGNED } })))),
);
