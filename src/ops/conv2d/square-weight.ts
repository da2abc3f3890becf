// The part of conv2d's subgroup variant that takes weight gradients of square filters at stride 1: lanes own filters, not taps, so
// that images with few channels leave no lane idle. Everything else stays with subgroup-weight.ts.
import { type Buffers, type Device, dispatch, type Dispatch, type PipelineKey } from '../../gpu/index.js';
import { padImages, type Padding, totalSplits } from './pack.js';
import { pitchOf } from './quads.js';
import type { Conv2dShape } from './shape.js';
import { need, type Settings } from '../contracts.js';
import { SUBGROUP_SIZES } from '../subgroups.js';

const FILE = 'conv2d/square-weight.wgsl';
/** Channels of a workgroup by filter width: 16 rows of images at most, what the kernel spells out, and few choices, for each is a pipeline. */
const CHANNELS: Readonly<Record<number, readonly number[]>> = { 3: [1, 3, 4], 5: [1, 2] };
/** Filters a group, at least: small layers stay with subgroup-weight.ts, whose pipelines every search compiles anyway; each kind of this kernel takes 1.2 to 1.9 s to compile on a software adapter. */
const MIN_FILTERS = 16;
const TILES: readonly number[] = [2, 1];
/** Sums a lane up to which two filters beat one: 72 in 13 KB of straight code. */
const MANY_TAPS = 36;
/** Workgroups to aim for by splitting the sum: enough for a few threads to share evenly and for a small GPU. */
const WORKGROUPS = 64;
/** A split of fewer steps (two rows by four columns) than this is not worth its partial sums. */
const MIN_STEPS = 32;

export function squareWeightFits({ K, R, S, strideH, strideW, dilateH, dilateW, groups }: Conv2dShape): boolean {
  return K / groups >= MIN_FILTERS && R === S && CHANNELS[S] !== undefined && Math.max(strideH, strideW, dilateH, dilateW) === 1;
}

export function squareWeightSettings(shape: Conv2dShape, lanes: number): Settings[] {
  const { S, K, groups } = shape;
  const channels = channelsOf(shape);
  const useful = TILES.filter((tile) => tile === 1 || K / groups > lanes);
  const tiles = channels * S * S > MANY_TAPS ? useful.reverse() : useful;
  return tiles.map((TILE) => ({ spec: { LANES: lanes, S, CHANNELS: channels, TILE }, overrides: {} }));
}

export async function squareWeightDispatches(device: Device, shape: Conv2dShape, { spec }: Settings, buffers: Buffers): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_weight', spec });
  const { N, C, K, P, groups } = shape;
  const { LANES = 1, CHANNELS: channels = 1, TILE = 1 } = spec;
  const [inputs, outputs] = paddingsOf(shape);
  const images = await padImages(device, need(buffers, 'x'), inputs);
  const dy = await padImages(device, need(buffers, 'dy'), outputs);
  const [groupC, groupK] = [C / groups, K / groups];
  const blocks = Math.ceil(groupK / (LANES * TILE));
  const tiles = [Math.ceil(groupC / channels), groups * blocks] as const;
  const pairs = Math.ceil(P / 2);
  const { splits, each } = splitsOf(N * pairs, outputs.pitch, tiles[0] * tiles[1]);
  const dw = need(buffers, 'dw');
  const direct = splits === 1;
  const partial = direct ? dw : device.tensor([splits, dw.size], { label: 'weight gradient splits' });
  const plane = inputs.rows * inputs.pitch;
  const params = {
    group_k: groupK, group_c: groupC, blocks, K, P, pairs, units: N * pairs, units_a_split: each,
    pitch: inputs.pitch, plane, group: groupC * plane, image: C * plane, dy_pitch: outputs.pitch, dy_plane: P * outputs.pitch,
  };
  const sums = dispatch(pipeline, { params, buffers: { images: images.tensor, dy: dy.tensor, partial }, grid: [...tiles, splits], owns: direct ? [] : [partial] });
  const totals = direct ? [] : [await totalSplits(device, partial, dw, splits)];
  return [...images.dispatches, ...dy.dispatches, sums, ...totals];
}

/** All blocks about alike: 5 channels are two blocks of 3, not 4 and 1. */
function channelsOf({ S, C, groups }: Conv2dShape): number {
  const choices = CHANNELS[S] ?? [1];
  const alike = Math.ceil(C / groups / Math.ceil(C / groups / Math.max(...choices)));
  return choices.find((channels) => channels >= alike) ?? 1;
}

/** Of x, with rows for an even number of output rows, and of dy. */
function paddingsOf({ N, C, H, W, K, S, P, Q, padH, padW }: Conv2dShape): [Padding, Padding] {
  const inputs = { N, channels: C, H, W, rows: 2 * Math.ceil(P / 2) + S - 1, pitch: pitchOf(Q, S, 1), top: padH, left: padW, dilateH: 1, dilateW: 1 };
  return [inputs, { N, channels: K, H: P, W: Q, rows: P, pitch: Math.ceil(Q / 4), top: 0, left: 0, dilateH: 1, dilateW: 1 }];
}

/** Pairs of output rows cut into splits of `each`. */
function splitsOf(units: number, stepsAUnit: number, tiles: number): { splits: number; each: number } {
  const wanted = Math.max(1, Math.min(Math.ceil(WORKGROUPS / tiles), Math.floor((units * stepsAUnit) / MIN_STEPS)));
  const each = Math.ceil(units / wanted);
  return { splits: Math.ceil(units / each), each };
}

export const SQUARE_WEIGHT_PIPELINES: readonly PipelineKey[] = SUBGROUP_SIZES.flatMap((LANES) =>
  Object.entries(CHANNELS).flatMap(([S, choices]) => choices.flatMap((channels) => TILES.map((TILE) => ({ file: FILE, entry: 'grad_weight', spec: { LANES, S: Number(S), CHANNELS: channels, TILE } })))),
);
