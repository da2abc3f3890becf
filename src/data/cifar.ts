// CIFAR-10's binary records (Krizhevsky 2009; cs.toronto.edu/~kriz/cifar.html): one label byte, then 1024 red, 1024
// green and 1024 blue bytes, each 32 x 32 row-major. That is C x H x W already: only the label is cut off.
import { DataError } from '../core/index.js';
import { decompressed } from './gzip.js';
import { checkedImageSet, type ImageSet } from './image-set.js';

const SIDE = 32;
const PIXELS = 3 * SIDE * SIDE;
const RECORD = 1 + PIXELS;

export const CIFAR10_CLASSES: readonly string[] = [
  'airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck',
];

/**
 * Files of whole records, gzip or not, joined in the order given.
 * @throws DataError where a file is not a whole number of 3073-byte records, holds none, or a label exceeds 9
 */
export function cifar10ImageSet(name: string, files: readonly { name: string; bytes: Uint8Array }[]): ImageSet {
  const parts = files.map((file) => wholeRecords(file.name, decompressed(file.bytes, file.name)));
  const count = parts.reduce((sum, part) => sum + part.length / RECORD, 0);
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint32Array(count);
  let at = 0;
  for (const part of parts) {
    for (let offset = 0; offset < part.length; offset += RECORD, at++) {
      labels[at] = part[offset] ?? 0;
      images.set(part.subarray(offset + 1, offset + RECORD), at * PIXELS);
    }
  }
  return checkedImageSet({
    name, channels: 3, height: SIDE, width: SIDE, classes: 10, count, images, labels, classNames: CIFAR10_CLASSES,
  });
}

function wholeRecords(name: string, content: Uint8Array): Uint8Array {
  if (content.length === 0) {
    throw new DataError(`${name}: expected CIFAR-10 records of ${RECORD} bytes, got an empty file; fetch it again`);
  }
  const rest = content.length % RECORD;
  if (rest === 0) return content;
  throw new DataError(
    `${name}: expected a whole number of CIFAR-10 records of ${RECORD} bytes, got ${content.length} bytes ` +
      `(${rest} after the last whole record); the file is truncated, or not the binary version of CIFAR-10`,
  );
}
