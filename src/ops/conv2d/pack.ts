// The passes around conv2d's subgroup variant: padded images, packed filters, totals of splits. Scratch tensors made here
// belong to the dispatch that fills them.
import { type Device, dispatch, type Dispatch, linearGrid, type PipelineKey, type Tensor } from '../../gpu/index.js';

const FILE = 'conv2d/pack.wgsl';
const WORKGROUP = 64;
/** A plane is one workgroup: a narrow one pays its prologue less often (a quarter of the pass on lavapipe). */
const PLANE_WORKGROUP = 32;

/** The reciprocal that stands for a division is exact below this many vec4 a plane. */
export const MAX_PLANE = 2 ** 20;

/** All fields of the file's Params; each pass reads its own. */
const UNUSED = {
  planes: 0, H: 0, W: 0, rows: 0, pitch: 0, top: 0, left: 0, dilate_h: 1, dilate_w: 1,
  groups: 1, outputs: 0, inputs: 0, R: 0, S: 0, count: 0, splits: 0, split_rows: 0,
};

export interface Padding {
  readonly N: number;
  readonly channels: number;
  readonly H: number;
  readonly W: number;
  /** Extents of a padded plane: rows, and vec4 a row. */
  readonly rows: number;
  readonly pitch: number;
  /** Where the source's first row and column land. */
  readonly top: number;
  readonly left: number;
  readonly dilateH: number;
  readonly dilateW: number;
}

export interface Packed {
  readonly tensor: Tensor;
  /** None where the source already lies as wanted. */
  readonly dispatches: readonly Dispatch[];
}

export async function padImages(device: Device, source: Tensor, padding: Padding): Promise<Packed> {
  const { N, channels, H, W, rows, pitch, top, left, dilateH, dilateW } = padding;
  if (rows === H && pitch * 4 === W && top === 0 && left === 0 && dilateH === 1 && dilateW === 1) return { tensor: source, dispatches: [] };
  const pipeline = await device.pipeline({ file: FILE, entry: 'pad', overrides: { DILATED: dilateH > 1 || dilateW > 1 ? 1 : 0, WORKGROUP: PLANE_WORKGROUP } });
  const planes = N * channels;
  const tensor = device.tensor([planes, rows, pitch * 4], { label: `${source.label} padded` });
  const params = { ...UNUSED, planes, H, W, rows, pitch, top, left, dilate_h: dilateH, dilate_w: dilateW };
  return { tensor, dispatches: [dispatch(pipeline, { params, buffers: { source, padded: tensor }, grid: linearGrid(planes, 1), owns: [tensor] })] };
}

export interface Packing {
  readonly groups: number;
  /** Of one group. */
  readonly outputs: number;
  readonly inputs: number;
  readonly R: number;
  /** Columns with the zeros between taps, `dilateW` apart. */
  readonly S: number;
  readonly dilateW: number;
  /** Swap channels and turn the taps round: filters of the gradient. */
  readonly turned: boolean;
}

export async function packFilters(device: Device, source: Tensor, { turned, dilateW, ...extents }: Packing): Promise<Packed> {
  const { groups, outputs, inputs, R, S } = extents;
  const pipeline = await device.pipeline({ file: FILE, entry: 'pack', overrides: { TURNED: turned ? 1 : 0 } });
  const tensor = device.tensor([groups * Math.ceil(outputs / 16), inputs, R, S, 16], { label: `${source.label} packed` });
  const grid = linearGrid(tensor.size, WORKGROUP);
  return { tensor, dispatches: [dispatch(pipeline, { params: { ...UNUSED, ...extents, dilate_w: dilateW }, buffers: { source, packed: tensor }, grid, owns: [tensor] })] };
}

/** Rows of a split: of `pitch` numbers the result takes S, `dilateW` apart. */
export interface SplitRows {
  readonly S: number;
  readonly pitch: number;
  readonly dilateW: number;
}

/** totals[i] = sum over splits of source[split, i], or of one number in each row's `dilateW`. */
export async function totalSplits(device: Device, source: Tensor, totals: Tensor, splits: number, { S, pitch, dilateW }: SplitRows = { S: 1, pitch: 1, dilateW: 1 }): Promise<Dispatch> {
  const pipeline = await device.pipeline({ file: FILE, entry: 'total' });
  const params = { ...UNUSED, S, pitch, dilate_w: dilateW, count: totals.size, splits, split_rows: totals.size / S };
  return dispatch(pipeline, { params, buffers: { source, totals }, grid: linearGrid(totals.size, WORKGROUP) });
}

export const PACK_PIPELINES: readonly PipelineKey[] = [
  { file: FILE, entry: 'pad', overrides: { DILATED: 0, WORKGROUP: PLANE_WORKGROUP } },
  { file: FILE, entry: 'pad', overrides: { DILATED: 1, WORKGROUP: PLANE_WORKGROUP } },
  { file: FILE, entry: 'pack', overrides: { TURNED: 0 } },
  { file: FILE, entry: 'pack', overrides: { TURNED: 1 } },
  { file: FILE, entry: 'total' },
];
