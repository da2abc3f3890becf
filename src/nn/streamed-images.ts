// A set that is uploaded a batch at a time, for sets that fit neither the device nor memory. Each network has two slots of a
// batch on the device, used in turns, and at most two batches are under way: while the device works on one, the next is read,
// decoded and uploaded. A slot is a chunk of images to the gather kernel, so a batch is computed exactly as from a resident set.
import { imageLength, type ImageStream, type ImageBatch, type Moments } from '../data/index.js';
import type { Device, Tensor } from '../gpu/index.js';
import { pixelScale } from '../ops/index.js';
import type { BatchFeed, ImageChunk, ImageFeed, SubmitBatch } from './image-feed.js';

const SLOTS = 2;

/** Moments come from the training images, whichever set this is. */
export function streamImages(device: Device, stream: ImageStream, moments: Moments): ImageFeed {
  const { name, count, channels, height, width, classes } = stream;
  const scale = device.tensor([2, channels], { data: pixelScale(moments), label: `${name} scale` });
  const open = (size: number): BatchFeed => openSlots(device, stream, scale, Math.min(size, count));
  return { name, count, channels, height, width, classes, open, release: () => scale.release() };
}

function openSlots(device: Device, stream: ImageStream, scale: Tensor, size: number): BatchFeed {
  const held: Tensor[] = [];
  const hold = (tensor: Tensor): Tensor => {
    held.push(tensor);
    return tensor;
  };
  const release = (): void => held.splice(0).forEach((tensor) => tensor.release());
  try {
    const chunks = Array.from({ length: SLOTS }, (_, slot) => takeSlot(device, stream, size, slot, hold));
    const natural = Uint32Array.from({ length: SLOTS * size }, (_, i) => i);
    const order = hold(device.tensor([natural.length], { type: 'u32', data: natural, label: `${stream.name} slots` }));
    const walk: BatchFeed['walk'] = (submit, wanted = naturalOrder(stream.count)) => walkSlots(device, stream.batches(wanted, size), chunks, submit);
    return { chunks, order, scale, walk, release };
  } catch (error) {
    release();
    throw error;
  }
}

function takeSlot(device: Device, stream: ImageStream, size: number, slot: number, hold: (tensor: Tensor) => Tensor): ImageChunk {
  const words = Math.ceil((size * imageLength(stream)) / 4);
  const images = hold(device.tensor([words], { type: 'u32', label: `${stream.name} images, slot ${slot}` }));
  const classes = hold(device.tensor([size], { type: 'u32', label: `${stream.name} classes, slot ${slot}` }));
  return { first: slot * size, images, classes };
}

/** `settle` two batches back bounds what the queue holds: an upload is copied at once, and the queue would take a whole epoch of them. */
async function walkSlots(device: Device, batches: AsyncIterable<ImageBatch>, slots: readonly ImageChunk[], submit: SubmitBatch): Promise<void> {
  const under: Promise<void>[] = [];
  let turn = 0;
  for await (const batch of batches) {
    if (under.length === SLOTS) await under.shift();
    const slot = slots[turn++ % SLOTS] as ImageChunk;
    upload(device, batch, slot);
    submit(slot.first, batch.labels.length, batch.start);
    const done = device.settle();
    done.catch(() => undefined);
    under.push(done);
  }
}

/** Whole tensors are written; what is behind a short batch's last image is nobody's. */
function upload(device: Device, { images, labels }: ImageBatch, slot: ImageChunk): void {
  const words = new Uint32Array(slot.images.size);
  new Uint8Array(words.buffer).set(images);
  const classes = new Uint32Array(slot.classes.size);
  classes.set(labels);
  device.upload(slot.images, words);
  device.upload(slot.classes, classes);
}

function naturalOrder(count: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
