// What every image source becomes: bytes and integer labels, nothing decoded to floats and nothing one-hot.
// Does not read files, and does not normalise: moments.ts measures, the network scales.
import { DataError } from '../core/index.js';

export interface ImageSet {
  readonly name: string;
  /** C */
  readonly channels: number;
  /** H, in pixels */
  readonly height: number;
  /** W, in pixels */
  readonly width: number;
  /** Number of classes; every label is below it. */
  readonly classes: number;
  /** Number of images M. */
  readonly count: number;
  /** M x C x H x W, row-major, 0..255. */
  readonly images: Uint8Array;
  /** M class numbers. */
  readonly labels: Uint32Array;
  /** What the classes are called, where the source says so. */
  readonly classNames?: readonly string[];
}

/** A source as published: its training images and the test images that nobody looks at before the end. */
export interface ImageSource {
  readonly train: ImageSet;
  readonly test: ImageSet;
}

/** Bytes of one image, C x H x W. */
export function imageLength(set: Pick<ImageSet, 'channels' | 'height' | 'width'>): number {
  return set.channels * set.height * set.width;
}

/**
 * Checks what the type cannot say and returns its argument.
 * @throws DataError where there is no image, bytes or labels do not match the count, or a label is out of range
 */
export function checkedImageSet(set: ImageSet): ImageSet {
  if (set.count === 0) {
    throw new DataError(`${set.name}: expected at least one image, got none; is the file empty or the wrong one?`);
  }
  expectLength(set.name, 'image bytes', set.count * imageLength(set), set.images.length);
  expectLength(set.name, 'labels', set.count, set.labels.length);
  for (let i = 0; i < set.count; i++) {
    const label = set.labels[i] ?? Infinity;
    if (label >= set.classes) {
      throw new DataError(
        `${set.name}: expected labels 0 to ${set.classes - 1}, got ${label} at image ${i}; ` +
          'the label file is corrupt or belongs to another set: fetch it again',
      );
    }
  }
  return set;
}

function expectLength(name: string, what: string, expected: number, got: number): void {
  if (expected === got) return;
  throw new DataError(`${name}: expected ${expected} ${what}, got ${got}; the file is truncated or corrupt: fetch it again`);
}

/** The images at `indices`, in that order, as a set of their own (bytes are copied). */
export function takeImages(set: ImageSet, indices: ArrayLike<number>, name = set.name): ImageSet {
  const length = imageLength(set);
  const images = new Uint8Array(indices.length * length);
  const labels = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] ?? -1;
    if (from < 0 || from >= set.count) {
      throw new DataError(`${set.name}: expected an image number from 0 to ${set.count - 1}, got ${from}`);
    }
    images.set(set.images.subarray(from * length, (from + 1) * length), i * length);
    labels[i] = set.labels[from] ?? 0;
  }
  return { ...set, name, count: indices.length, images, labels };
}

/** Images a class, indexed by class. */
export function classCounts(set: ImageSet): Uint32Array {
  const counts = new Uint32Array(set.classes);
  for (const label of set.labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
