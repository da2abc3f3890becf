// conv2d's subgroup variant, weight gradient: pads images, lays dy out by filter, sums splits apart and adds them in order.
import { type Buffers, type Device, dispatch, type Dispatch, type PipelineKey } from '../gpu/index.js';
import { padImages, totalSplits } from './conv2d-pack.js';
import { need, pitchOf, STRIDES, WIDTHS } from './conv2d-quads.js';
import type { Conv2dShape } from './conv2d-shape.js';
import type { Settings } from './contracts.js';
import { SUBGROUP_SIZES } from './subgroups.js';

const FILE = 'conv2d/subgroup-weight.wgsl';
/** Filters a workgroup, the kernel's register tile. */
const FILTERS = 8;
/** Rows of taps a workgroup by filter width: 56 to 96 sums a lane. */
const ROWS: Readonly<Record<number, number>> = { 1: 8, 3: 4, 5: 2, 7: 1 };
/** Workgroups to aim for by splitting the sum; enough for two threads and for a small GPU. */
const WORKGROUPS = 128;
/** A split shorter than this many rounds of the subgroup is not worth its partial sums. */
const MIN_ROUNDS = 8;

export function weightSettings({ S, strideW }: Conv2dShape, lanes: number): Settings[] {
  return [{ spec: { LANES: lanes, S, STRIDE: strideW, ROWS: ROWS[S] ?? 1 }, overrides: {} }];
}

export async function weightDispatches(device: Device, shape: Conv2dShape, { spec }: Settings, buffers: Buffers): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_weight', spec });
  const { N, C, H, W, K, R, S, P, Q, strideH, strideW, padH, padW } = shape;
  const lanes = spec.LANES ?? 1;
  const quadsARow = Math.ceil(Q / 4);
  const quads = N * P * quadsARow;
  const tail = Math.ceil(quads / lanes) * lanes - quads;
  const padding = { N, channels: C, H, W, rows: (P - 1) * strideH + R, pitch: pitchOf(Q, S, strideW), top: padH, left: padW, dilateH: 1, dilateW: 1 };
  const images = await padImages(device, need(buffers, 'x'), padding);
  const outputs = { N, channels: K, H: P, W: Q, rows: P, pitch: quadsARow, top: 0, left: 0, dilateH: 1, dilateW: 1, byChannel: { tail } };
  const dy = await padImages(device, need(buffers, 'dy'), outputs);
  const tiles = [Math.ceil((C * R) / (spec.ROWS ?? 1)), Math.ceil(K / FILTERS)] as const;
  const { splits, rounds } = splitsOf((quads + tail) / lanes, tiles[0] * tiles[1]);
  const dw = need(buffers, 'dw');
  const partial = splits === 1 ? dw : device.tensor([splits, dw.size], { label: 'weight gradient splits' });
  const plane = padding.rows * padding.pitch;
  const params = {
    K, R, P, rows: C * R, quads_a_row: quadsARow, quads, quads_padded: quads + tail, quads_a_split: rounds * lanes,
    pitch: padding.pitch, plane, image: C * plane, stride_h: strideH,
  };
  const owns = splits === 1 ? [] : [partial];
  const sums = dispatch(pipeline, { params, buffers: { images: images.tensor, dy: dy.tensor, partial }, grid: [...tiles, splits], owns });
  const totals = splits === 1 ? [] : [await totalSplits(device, partial, dw, splits)];
  return [images.dispatch, dy.dispatch, sums, ...totals];
}

function splitsOf(rounds: number, tiles: number): { splits: number; rounds: number } {
  const wanted = Math.max(1, Math.min(Math.ceil(WORKGROUPS / tiles), Math.floor(rounds / MIN_ROUNDS)));
  const each = Math.ceil(rounds / wanted);
  return { splits: Math.ceil(rounds / each), rounds: each };
}

export const WEIGHT_PIPELINES: readonly PipelineKey[] = SUBGROUP_SIZES.flatMap((LANES) =>
  WIDTHS.flatMap((S) => STRIDES.map((STRIDE) => ({ file: FILE, entry: 'grad_weight', spec: { LANES, S, STRIDE, ROWS: ROWS[S] ?? 1 } }))),
);
