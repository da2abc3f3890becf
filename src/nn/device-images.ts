// An image set on the device, as bytes: uploaded once and shared by every trial that trains on it or is judged by it.
// Sets beyond a binding's limit (128 MiB by default) lie in several chunks; a batch gathers from each.
import { imageLength, type ImageSet, type Moments } from '../data/index.js';
import type { Device, Tensor } from '../gpu/index.js';
import { packBytes, pixelScale } from '../ops/index.js';
import { submitBatches } from './batch-program.js';
import type { BatchFeed, ImageChunk, ImageFeed } from './image-feed.js';

export interface DeviceImages extends ImageFeed {
  readonly chunks: readonly ImageChunk[];
  /** 2 x C: factors and shifts that normalise a byte. */
  readonly scale: Tensor;
  /** 0..count-1, u32: the order of an evaluation. */
  readonly natural: Tensor;
}

/** Moments come from the training images, whichever set this is. Throws a LimitError where an order or a chunk does not fit. */
export function uploadImages(device: Device, set: ImageSet, moments: Moments): DeviceImages {
  const { name, count, channels, height, width, classes } = set;
  const held: Tensor[] = [];
  const hold = (tensor: Tensor): Tensor => {
    held.push(tensor);
    return tensor;
  };
  const release = (): void => held.splice(0).forEach((tensor) => tensor.release());
  try {
    const chunks = chunkBounds(device, set).map(([first, end]) => uploadChunk(device, set, first, end, hold));
    const scale = hold(device.tensor([2, channels], { data: pixelScale(moments), label: `${name} scale` }));
    const natural = hold(device.tensor([count], { type: 'u32', data: Uint32Array.from({ length: count }, (_, i) => i), label: `${name} order` }));
    const resident = { name, count, channels, height, width, classes, chunks, scale, natural, release };
    return { ...resident, open: (size, order) => openResident(device, resident, size, order) };
  } catch (error) {
    release();
    throw error;
  }
}

/** Each network that trains has an order of its own; those that only look share the natural one. */
function openResident(device: Device, set: Omit<DeviceImages, 'open'>, size: number, kind: 'natural' | 'shuffled'): BatchFeed {
  const { count, chunks, scale, natural } = set;
  const order = kind === 'natural' ? natural : device.tensor([count], { type: 'u32', label: 'epoch order' });
  const walk: BatchFeed['walk'] = (submit, wanted) => {
    if (wanted) device.upload(order, wanted);
    return submitBatches(device, count, size, (start, rows) => submit(start, rows, start));
  };
  return { chunks, order, scale, walk, release: () => (order === natural ? undefined : order.release()) };
}

/** Whole images, and a multiple of four of them, so that each chunk begins on a word. */
function chunkBounds({ facts }: Device, set: ImageSet): [first: number, end: number][] {
  const room = facts.limits.maxStorageBufferBindingSize ?? 2 ** 27;
  const size = Math.max(4, 4 * Math.floor(room / (4 * imageLength(set))));
  const starts = Array.from({ length: Math.ceil(set.count / size) }, (_, i) => i * size);
  return starts.map((first) => [first, Math.min(set.count, first + size)]);
}

function uploadChunk(device: Device, set: ImageSet, first: number, end: number, hold: (tensor: Tensor) => Tensor): ImageChunk {
  const words = packBytes(set.images.subarray(first * imageLength(set), end * imageLength(set)));
  const images = hold(device.tensor([words.length], { type: 'u32', data: words, label: `${set.name} images` }));
  const classes = hold(device.tensor([end - first], { type: 'u32', data: set.labels.slice(first, end), label: `${set.name} classes` }));
  return { first, images, classes };
}
