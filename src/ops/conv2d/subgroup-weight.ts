// conv2d's subgroup variant, weight gradient: pads images, lays dy out by filter, sums splits apart and adds them in order.
import { type Buffers, type Device, dispatch, type Dispatch, type PipelineKey } from '../../gpu/index.js';
import { padImages, totalSplits } from './pack.js';
import { pitchOf, spanOf, STRIDES, WIDTHS } from './quads.js';
import type { Conv2dShape } from './shape.js';
import { need, type Settings } from '../contracts.js';
import { SUBGROUP_SIZES } from '../subgroups.js';

const FILE = 'conv2d/subgroup-weight.wgsl';
/** Filters a workgroup, the kernel's register tile. */
const FILTERS = 16;
/** Rows of taps a lane by filter width: 4 to 7 weights of each filter. */
const ROWS: Readonly<Record<number, number>> = { 1: 4, 3: 2, 5: 1, 7: 1 };
/** Workgroups to aim for by splitting the sum: enough for a few threads to share evenly and for a small GPU. */
const WORKGROUPS = 64;
/** A split of fewer quads than this is not worth its partial sums. */
const MIN_QUADS = 64;

export function weightSettings(shape: Conv2dShape, lanes: number): Settings[] {
  const { columns } = spanOf(shape);
  return [{ spec: { LANES: lanes, S: columns, STRIDE: shape.strideW, ROWS: ROWS[columns] ?? 1 }, overrides: {} }];
}

export async function weightDispatches(device: Device, shape: Conv2dShape, { spec }: Settings, buffers: Buffers): Promise<Dispatch[]> {
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_weight', spec });
  const { N, C, H, W, K, R, S, P, Q, strideH, strideW, padH, padW, dilateH, dilateW, groups } = shape;
  const span = spanOf(shape);
  const lanes = spec.LANES ?? 1;
  const padding = { N, channels: C, H, W, rows: (P - 1) * strideH + span.rows, pitch: pitchOf(Q, span.columns, strideW), top: padH, left: padW, dilateH: 1, dilateW: 1 };
  const images = await padImages(device, need(buffers, 'x'), padding);
  const outputs = { N, channels: K, H: P, W: Q, rows: P, pitch: Math.ceil(Q / 4), top: 0, left: 0, dilateH: 1, dilateW: 1 };
  const dy = await padImages(device, need(buffers, 'dy'), outputs);
  const weightRows = (C / groups) * R;
  const blocks = Math.ceil(K / groups / FILTERS);
  const tiles = [Math.ceil(weightRows / ((spec.ROWS ?? 1) * lanes)), groups * blocks] as const;
  const { splits, rows } = splitsOf(N * P, outputs.pitch, tiles[0] * tiles[1]);
  const dw = need(buffers, 'dw');
  // The sums' rows are span.columns wide, those between dilated taps included.
  const direct = splits === 1 && dilateW === 1;
  const partial = direct ? dw : device.tensor([splits, K * weightRows, span.columns], { label: 'weight gradient splits' });
  const plane = padding.rows * padding.pitch;
  const params = {
    K, R, P, group_k: K / groups, blocks, weight_rows: weightRows, output_rows: N * P, rows_a_split: rows,
    pitch: padding.pitch, tap_pitch: dilateH * padding.pitch, plane, group: (C / groups) * plane, image: C * plane, dy_pitch: outputs.pitch, dy_plane: P * outputs.pitch, stride_h: strideH,
  };
  const owns = direct ? [] : [partial];
  const sums = dispatch(pipeline, { params, buffers: { images: images.tensor, dy: dy.tensor, partial }, grid: [...tiles, splits], owns });
  const totals = direct ? [] : [await totalSplits(device, partial, dw, splits, { S, pitch: span.columns, dilateW })];
  return [...images.dispatches, ...dy.dispatches, sums, ...totals];
}

function splitsOf(outputRows: number, quadsARow: number, tiles: number): { splits: number; rows: number } {
  const wanted = Math.max(1, Math.min(Math.ceil(WORKGROUPS / tiles), Math.floor((outputRows * quadsARow) / MIN_QUADS)));
  const rows = Math.ceil(outputRows / wanted);
  return { splits: Math.ceil(outputRows / rows), rows };
}

export const WEIGHT_PIPELINES: readonly PipelineKey[] = SUBGROUP_SIZES.flatMap((LANES) =>
  WIDTHS.flatMap((S) => STRIDES.map((STRIDE) => ({ file: FILE, entry: 'grad_weight', spec: { LANES, S, STRIDE, ROWS: ROWS[S] ?? 1 } }))),
);
