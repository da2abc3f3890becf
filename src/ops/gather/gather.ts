// Batches from a data set that lives on the device as bytes: gathered in an epoch's order, scaled to floats, zeros in the
// rows of a last partial batch that are no images, mirrored and moved by chance where asked. Does not shuffle: the order is
// uploaded once an epoch.
import { ShapeError } from '../../core/index.js';
import { type Dispatch, requireShape, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';
import type { GatherShape } from './shape.js';
import { gatherPlain, gatherTiled } from './variants.js';

export { type GatherShape } from './shape.js';

export const gatherFamily: Family<GatherShape> = {
  name: 'gather',
  directions: ['forward'],
  variants: [gatherTiled, gatherPlain],
  /** A multiply and an add a pixel. */
  flops: (_direction, { N, C, plane }) => 2 * N * C * plane,
  bytes: (_direction, { N, C, plane }) => N * (5 * C * plane + 12),
};

export interface GatherTensors {
  /** M C H W bytes in u32 words (`packBytes`). */
  readonly images: Tensor;
  /** M class numbers, u32. */
  readonly classes: Tensor;
  /** Image numbers in the epoch's order, u32. */
  readonly order: Tensor;
  /** 2 x C, f32 (`pixelScale`): factors, then shifts. */
  readonly scale: Tensor;
  /** N C H W, f32. */
  readonly x: Tensor;
  /** N, u32. */
  readonly labels: Tensor;
}

export interface GatherWindow {
  /** Position in the order of the first row (default 0); the rows after it follow. */
  readonly start?: number;
  /** Rows that are images (default N). */
  readonly count?: number;
  /** Number of the chunk's first image (default 0). A set beyond a binding's limit (128 MiB) is cut into chunks, one gather each; each fills its own images' rows. */
  readonly first?: number;
}

/** Random changes of the images of a training batch. */
export interface Augmentation {
  /** Mirror left to right, every other row by chance. */
  readonly flip: boolean;
  /** Move by -crop to crop pixels each way, zeros coming in: a random crop of the image padded by as much. */
  readonly crop: number;
}

/**
 * x[n] = bytes of image order[start+n] * scale[0] + scale[1] a channel, labels[n] = its class. Per step:
 * `dispatch.params.set({ start, count })`; start + count stays within the order's length. Augmented batches draw by the params
 * `seed`, `epoch` and `position` (of the first row in the epoch), u32, 0 at first: equal params give equal bits.
 */
export async function gatherBatch(context: OpContext, tensors: GatherTensors, { start = 0, count, first = 0 }: GatherWindow = {}, augmentation?: Augmentation): Promise<Dispatch[]> {
  const { images, classes, order, scale, x, labels } = tensors;
  const [N, C, H, W] = imagesOf(x);
  const held = classes.size;
  requireShape(images, [Math.ceil((held * C * H * W) / 4)], 'gather images (packed bytes)');
  requireShape(scale, [2, C], 'gather scale');
  requireShape(labels, [N], 'gather labels');
  const rows = count ?? N;
  if (rows > N || start + rows > order.size) {
    throw new ShapeError(`gather: expected at most ${N} rows within an order of ${order.size}, got ${rows} from ${start}; set count for the last batch`);
  }
  const { flip = false, crop = 0 } = augmentation ?? {};
  const shape = { N, C, plane: H * W, W, flip: flip ? 1 : 0, crop, start, count: rows, first, held };
  return dispatchesOf(context, gatherFamily, 'forward', shape, { images, classes, order, scale, x, labels });
}

/** Bytes as little-endian words, zeros after the last. */
export function packBytes(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

/** Values of the `scale` tensor for (byte / 255 - mean) / std a channel. */
export function pixelScale({ mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] }): Float32Array<ArrayBuffer> {
  return Float32Array.from([...std.map((s) => 1 / (255 * s)), ...mean.map((m, c) => -m / (std[c] ?? NaN))]);
}

function imagesOf({ shape, label }: Tensor): [N: number, C: number, H: number, W: number] {
  const [N, C, H, W, ...rest] = shape;
  if (N !== undefined && C !== undefined && H !== undefined && W !== undefined && rest.length === 0) return [N, C, H, W];
  throw new ShapeError(`gather: expected a batch of N C H W, got ${shape.join('x')} (${label})`);
}
