// The part of conv2d's tiled variant that takes depthwise convolutions: no channels to sum over, so register tiles of outputs and no
// matrix product. Other filter heights, strides and dilated rows stay with the products, a group a channel.
import { type Buffers, type Device, dispatch, type Dispatch, type Grid, type PipelineKey, type Spec } from '../../gpu/index.js';
import { totalSplits } from './pack.js';
import { STRIDES, WIDTHS } from './quads.js';
import { conv2dParams, type Conv2dShape } from './shape.js';
import { need, type Direction, type Settings } from '../contracts.js';
import { EPILOGUES } from '../matmul/shape.js';
import { MAX_GROUPS } from '../tiles.js';

const FILE = 'conv2d/depthwise.wgsl';
const WEIGHT_FILE = 'conv2d/depthwise-weight.wgsl';
const WORKGROUP = 64;
/** Outputs a thread, down a column. */
const TILE = 4;
/** The reciprocal that stands for a division is exact below this many elements a plane. */
const MAX_PLANE = 2 ** 20;
/** Workgroups to aim for by splitting a weight gradient's samples: a mid-sized GPU's cores a few times over. */
const WORKGROUPS = 256;

export function depthwiseFits(shape: Conv2dShape): boolean {
  const { N, C, H, W, K, R, S, P, Q, strideH, dilateH, groups } = shape;
  if (groups !== C || C === 1 || Math.max(N, K) > MAX_GROUPS || Math.max((H + TILE) * W, (P + TILE) * Q) > MAX_PLANE) return false;
  return WIDTHS.includes(R) && STRIDES.includes(strideH) && dilateH === 1 && S <= MAX_GROUPS;
}

export function depthwiseSettings(direction: Direction, { R, strideH, bias, relu }: Conv2dShape): Settings[] {
  return [{ spec: { TAPS: R, STRIDE: strideH }, overrides: direction === 'forward' ? { BIAS: bias, RELU: relu } : {} }];
}

export async function depthwiseDispatches(device: Device, direction: Direction, shape: Conv2dShape, { spec, overrides }: Settings, buffers: Buffers): Promise<Dispatch[]> {
  if (direction === 'grad_weight') return weightDispatches(device, shape, spec, buffers);
  const pipeline = await device.pipeline({ file: FILE, entry: direction, spec, overrides });
  const { N, C, H, W, K, P, Q, padH, strideH } = shape;
  const grid = (rows: number, width: number, planes: number): Grid => [Math.ceil((Math.ceil(rows / TILE) * width) / WORKGROUP), planes, N];
  return [dispatch(pipeline, { params: conv2dParams(shape), buffers, grid: direction === 'forward' ? grid(P, Q, K) : grid(H + (padH % strideH), W, C) })];
}

async function weightDispatches(device: Device, shape: Conv2dShape, spec: Spec, buffers: Buffers): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: WEIGHT_FILE, entry: 'grad_weight', spec });
  const { N, K, S } = shape;
  const each = Math.ceil(N / Math.min(N, Math.ceil(WORKGROUPS / (K * S))));
  const splits = Math.ceil(N / each);
  const dw = need(buffers, 'dw');
  const partial = splits === 1 ? dw : device.tensor([splits, dw.size], { label: 'weight gradient splits' });
  const params = { ...conv2dParams(shape), samples_a_split: each };
  const sums = dispatch(pipeline, { params, buffers: { ...buffers, dw: partial }, grid: [K, S, splits], owns: splits === 1 ? [] : [partial] });
  return splits === 1 ? [sums] : [sums, await totalSplits(device, partial, dw, splits)];
}

export const DEPTHWISE_PIPELINES: readonly PipelineKey[] = WIDTHS.flatMap((TAPS) =>
  STRIDES.flatMap((STRIDE) => [
    ...EPILOGUES.map((overrides) => ({ file: FILE, entry: 'forward', spec: { TAPS, STRIDE }, overrides })),
    { file: FILE, entry: 'grad_input', spec: { TAPS, STRIDE } },
    { file: WEIGHT_FILE, entry: 'grad_weight', spec: { TAPS, STRIDE } },
  ]),
);
