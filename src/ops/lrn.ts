// Local response normalisation, across channels (AlexNet) or within one (Cuda-Convnet), and its gradient.
import { ShapeError } from '../core/index.js';
import { type Dispatch, dispatch, type Grid, requireShape, type Spec, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';

const FILE = 'lrn/plain.wgsl';
const WORKGROUP = 64;
const MAX_GROUPS = 65535;
/** Windows that the kernel is unrolled for; others loop. */
const SIZES: readonly number[] = [3, 5];

export interface LrnAttributes {
  /** Where the window lies: over neighbouring channels, or a square within the channel's plane. */
  readonly region: 'across' | 'within';
  /** Channels, or rows and columns, of the window. An even window has one more element before than behind. */
  readonly size: number;
  /** y = x * (k + alpha / n * sum of squares)^-beta with n the window's elements, those outside the image included. */
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/** y and the scale that the backward pass needs, from x; all N C H W. */
export async function lrnForward({ device }: OpContext, { x, y, scale }: { x: Tensor; y: Tensor; scale: Tensor }, attributes: LrnAttributes): Promise<Dispatch[]> {
  const { params, grid } = launchOf(x, { y, scale }, attributes);
  const pipeline = await device.pipeline({ file: FILE, entry: 'forward', ...kindOf(attributes) });
  return [dispatch(pipeline, { params, buffers: { x, summed: x, y, scale }, grid })];
}

/** dx from dy and what the forward pass read and wrote; all N C H W. */
export async function lrnBackward(
  { device }: OpContext,
  { x, y, dy, scale, dx }: { x: Tensor; y: Tensor; dy: Tensor; scale: Tensor; dx: Tensor },
  attributes: LrnAttributes,
): Promise<Dispatch[]> {
  const { params, grid } = launchOf(x, { y, dy, scale, dx }, attributes);
  const ratio = await device.pipeline({ file: FILE, entry: 'ratio' });
  const pipeline = await device.pipeline({ file: FILE, entry: 'grad_input', ...kindOf(attributes) });
  const ratios = device.tensor(x.shape, { label: 'lrn ratios' });
  return [
    dispatch(ratio, { params, buffers: { output: y, dy, kept: scale, dx: ratios }, grid }),
    dispatch(pipeline, { params, buffers: { x, dy, kept: scale, summed: ratios, dx }, grid, owns: [ratios] }),
  ];
}

function kindOf({ region, size }: LrnAttributes): { readonly spec: Spec; readonly overrides: Readonly<Record<string, number>> } {
  return { spec: { SIZE: SIZES.includes(size) ? size : 0 }, overrides: { WITHIN: region === 'within' ? 1 : 0 } };
}

function launchOf(x: Tensor, alike: Readonly<Record<string, Tensor>>, { region, size, alpha, beta, k }: LrnAttributes): { params: Record<string, number>; grid: Grid } {
  const [N, C, H, W, ...rest] = x.shape;
  if (N === undefined || C === undefined || H === undefined || W === undefined || rest.length > 0) {
    throw new ShapeError(`lrn: expected images N C H W, got ${x.shape.join('x')} (${x.label})`);
  }
  if (!Number.isInteger(size) || size < 1) throw new ShapeError(`lrn: expected a window of whole size from 1, got ${size}`);
  if (N > MAX_GROUPS || C > MAX_GROUPS) throw new ShapeError(`lrn: expected at most ${MAX_GROUPS} samples and channels, got ${N} and ${C}; use a smaller batch`);
  for (const [name, tensor] of Object.entries(alike)) requireShape(tensor, x.shape, `lrn ${name}`);
  const share = alpha / (region === 'within' ? size * size : size);
  const window = { before: Math.floor(size / 2), after: size - 1 - Math.floor(size / 2) };
  return { params: { N, C, H, W, ...window, share, beta, k }, grid: [Math.ceil((H * W) / WORKGROUP), C, N] };
}
