// An image set that is not held in memory: its labels are known, its bytes come a batch at a time in an order that is asked for.
// Whoever implements it decides where bytes come from (files, a set in memory, a generator); nothing here reads any.
import { createRng } from '../core/index.js';
import { imageLength, takeImages, type ImageSet } from './image-set.js';
import { momentsOf, type Moments } from './moments.js';
import { batches } from './order.js';

/** What is known of a set without its bytes. */
export type ImageFacts = Omit<ImageSet, 'images' | 'labels'>;

export interface ImageBatch {
  /** Position in the order of its first image. */
  readonly start: number;
  /** M x C x H x W bytes. M is the batch's size, or less: the last batch, or one with images that were skipped. Never 0. */
  readonly images: Uint8Array;
  /** M class numbers. */
  readonly labels: Uint32Array;
  /** Image numbers of those M. */
  readonly numbers: Uint32Array;
}

/** Promises: the same order and size give the same batches, whatever was read before; an iterator that is closed stops reading. */
export interface ImageStream extends ImageFacts {
  /** A class number an image, known before any is read. */
  readonly labels: Uint32Array;
  /** The images with these numbers, in this order. Throws DataError where one cannot be read and none may be skipped. */
  batches(order: Uint32Array, size: number): AsyncIterable<ImageBatch>;
}

export function isStream(images: ImageSet | ImageStream): images is ImageStream {
  return 'batches' in images;
}

/** A set in memory as a stream: for sets that the device has no room for. */
export function streamOf(set: ImageSet): ImageStream {
  const { name, channels, height, width, classes, count, classNames, labels: all } = set;
  return {
    ...{ name, channels, height, width, classes, count, labels: all, ...(classNames ? { classNames } : {}) },
    async *batches(order, size) {
      for (const { start, count } of batches(order.length, size)) {
        const numbers = order.slice(start, start + count);
        const { images, labels } = takeImages(set, numbers);
        yield { start, images, labels, numbers };
      }
    },
  };
}

/** The images at `indices`, in that order, as a stream of their own. */
export function takeStream(stream: ImageStream, indices: Uint32Array, name = stream.name): ImageStream {
  const labels = indices.map((index) => stream.labels[index] ?? 0);
  return {
    ...stream,
    name,
    count: indices.length,
    labels,
    async *batches(order, size) {
      for await (const batch of stream.batches(order.map((index) => indices[index] ?? 0), size)) {
        yield { ...batch, numbers: numbersOf(batch, indices, order) };
      }
    },
  };
}

/** Back to this stream's numbers. Within a batch images keep the order's sequence, so one walk finds those that were not skipped. */
function numbersOf({ start, numbers }: ImageBatch, indices: Uint32Array, order: Uint32Array): Uint32Array {
  let at = start;
  return numbers.map((number) => {
    while (indices[order[at] ?? 0] !== number) at++;
    return order[at++] ?? 0;
  });
}

/** Images that are read for a stream's moments: the error of a mean is then below a hundredth of the spread between images. */
const MOMENT_IMAGES = 4096;

/** Moments of all images, or of `MOMENT_IMAGES` drawn by the seed where there are more: reading ImageNet once for two triples of numbers would take an hour. */
export async function streamMoments(stream: ImageStream, seed: number | string): Promise<Moments> {
  const all = Uint32Array.from({ length: stream.count }, (_, i) => i);
  const drawn = stream.count <= MOMENT_IMAGES ? all : createRng(seed).fork('moments').shuffle(all).slice(0, MOMENT_IMAGES).sort();
  return momentsOf(stream.channels, stream.height * stream.width, piecesOf(stream, drawn));
}

async function* piecesOf(stream: ImageStream, order: Uint32Array): AsyncGenerator<Uint8Array> {
  const size = Math.max(1, Math.min(64, Math.floor(2 ** 24 / imageLength(stream))));
  for await (const { images } of stream.batches(order, size)) yield images;
}
