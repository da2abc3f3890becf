// IDX, the format of MNIST and its relatives (LeCun, Cortes, Burges; yann.lecun.com/exdb/mnist):
// two zero bytes, a type byte, the number of dimensions, one big-endian u32 a dimension, then the values.
// Only unsigned bytes (0x08) are read: the image sets use no other type.
import { DataError } from '../core/index.js';
import { decompressed } from './gzip.js';
import { checkedImageSet, type ImageSet } from './image-set.js';

const UNSIGNED_BYTE = 8;

export interface IdxArray {
  readonly dims: readonly number[];
  /** Product of `dims` bytes, row-major. */
  readonly data: Uint8Array;
}

/**
 * @param bytes the file, gzip or not
 * @param rank dimensions that the caller expects: 3 for images, 1 for labels
 * @throws DataError on another magic number, rank or length
 */
export function parseIdx(bytes: Uint8Array, name: string, rank: number): IdxArray {
  const content = decompressed(bytes, name);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length >= 4) checkMagic(view.getUint32(0), rank, name);
  const header = 4 + 4 * rank;
  if (content.length < header) {
    throw new DataError(
      `${name}: expected an IDX header of ${header} bytes, got a file of ${content.length} bytes; it is truncated: fetch it again`,
    );
  }
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const length = dims.reduce((a, b) => a * b, 1);
  if (content.length - header !== length) {
    throw new DataError(
      `${name}: expected ${length} bytes of data for ${dims.join(' x ')}, got ${content.length - header}; ` +
        'the file is truncated or corrupt: fetch it again',
    );
  }
  return { dims, data: content.subarray(header) };
}

function checkMagic(magic: number, rank: number, name: string): void {
  const expected = (UNSIGNED_BYTE << 8) | rank;
  if (magic === expected) return;
  throw new DataError(
    `${name}: expected IDX magic number 0x${hex8(expected)} (unsigned bytes, ${rank} dimension${rank === 1 ? '' : 's'}), ` +
      `got 0x${hex8(magic)}; are images and labels swapped, or is it another format?`,
  );
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

export interface IdxFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * One image file (M x H x W) and its label file (M) as a set of one channel.
 * @throws DataError as parseIdx does, and where the counts differ or a label is not below `classes`
 */
export function idxImageSet(name: string, images: IdxFile, labels: IdxFile, classes = 10): ImageSet {
  const pixels = parseIdx(images.bytes, images.name, 3);
  const marks = parseIdx(labels.bytes, labels.name, 1);
  const [count = 0, height = 0, width = 0] = pixels.dims;
  if (count !== marks.data.length) {
    throw new DataError(
      `${name}: expected ${count} labels for the ${count} images of ${images.name}, got ${marks.data.length} in ${labels.name}; ` +
        'the two files belong to different sets',
    );
  }
  return checkedImageSet({
    name, channels: 1, height, width, classes, count, images: pixels.data, labels: Uint32Array.from(marks.data),
  });
}
