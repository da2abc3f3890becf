// IDX files made in memory: what they give, and every way in which one can be broken.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { decompressed, idxImageSet, parseIdx } from '../../src/data/index.js';
import { idxBytes } from './idx-bytes.js';

const pixels = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => i * 7);
const images = { name: 'images.idx', bytes: idxBytes([3, 2, 4], pixels) };
const labels = { name: 'labels.idx', bytes: idxBytes([3], [2, 0, 1]) };

describe('IDX', () => {
  it('reads images and labels, gzip or not', () => {
    for (const pack of [(b: Uint8Array) => b, (b: Uint8Array) => new Uint8Array(gzipSync(b))]) {
      const set = idxImageSet('tiny', { ...images, bytes: pack(images.bytes) }, { ...labels, bytes: pack(labels.bytes) }, 3);
      expect(set).toMatchObject({ channels: 1, height: 2, width: 4, classes: 3, count: 3 });
      expect([...set.images]).toEqual([...pixels]);
      expect([...set.labels]).toEqual([2, 0, 1]);
    }
  });

  it('reads from a view into a larger buffer', () => {
    const larger = new Uint8Array(100);
    larger.set(labels.bytes, 13);
    expect([...parseIdx(larger.subarray(13, 13 + labels.bytes.length), 'view', 1).data]).toEqual([2, 0, 1]);
  });

  it.each([
    ['swapped files', () => idxImageSet('s', labels, images, 3), /expected IDX magic number 0x00000803.*got 0x00000801.*swapped/s],
    ['signed type', () => parseIdx(Uint8Array.of(0, 0, 9, 1, 0, 0, 0, 1, 5), 'f', 1), /0x00000801.*got 0x00000901/],
    ['truncated header', () => parseIdx(images.bytes.subarray(0, 9), 'f', 3), /header of 16 bytes, got a file of 9/],
    ['truncated data', () => parseIdx(images.bytes.subarray(0, -1), 'f', 3), /expected 24 bytes of data for 3 x 2 x 4, got 23/],
    ['trailing bytes', () => parseIdx(idxBytes([3], [1, 2, 3, 4]), 'f', 1), /expected 3 bytes of data for 3, got 4/],
    ['counts that differ', () => idxImageSet('s', images, { name: 'l', bytes: idxBytes([2], [0, 1]) }, 3), /expected 3 labels.*got 2/],
    ['a label out of range', () => idxImageSet('s', images, labels, 2), /expected labels 0 to 1, got 2 at image 0/],
    ['no image at all', () => idxImageSet('s', { name: 'i', bytes: idxBytes([0, 2, 4], []) }, { name: 'l', bytes: idxBytes([0], []) }), /at least one image/],
    ['an empty file', () => parseIdx(new Uint8Array(0), 'f', 1), /got a file of 0 bytes/],
  ])('refuses %s', (_what, read, message) => {
    expect(read).toThrow(DataError);
    expect(read).toThrow(message);
  });
});

describe('gzip', () => {
  const packed = new Uint8Array(gzipSync(pixels));

  it('refuses a stream cut anywhere', () => {
    for (let length = 2; length < packed.length; length++) {
      expect(() => decompressed(packed.subarray(0, length), 'cut.gz'), `${length} bytes`).toThrow(DataError);
    }
  });

  it('refuses every single flipped bit of the data and its trailer', () => {
    let unnoticed = 0;
    for (let at = 10; at < packed.length; at++) {
      const bytes = packed.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      try {
        const content = decompressed(bytes, 'flipped.gz');
        if (!Buffer.from(content).equals(Buffer.from(pixels))) unnoticed++;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
    expect(unnoticed).toBe(0);
  });
});
