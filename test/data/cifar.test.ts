// CIFAR-10 binary files made in memory: order of records and planes, and refusals.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { cifar10ImageSet } from '../../src/data/index.js';

const RECORD = 3073;

function records(labels: readonly number[], seed = 1): Uint8Array {
  const bytes = new Uint8Array(labels.length * RECORD).map((_, i) => (i * 31 + seed) & 255);
  labels.forEach((label, i) => (bytes[i * RECORD] = label));
  return bytes;
}

describe('CIFAR-10 binary', () => {
  it('joins files of records, gzip or not, and keeps planes in order', () => {
    const first = records([3, 9], 1);
    const second = records([0], 2);
    const set = cifar10ImageSet('c', [{ name: 'a.bin', bytes: first }, { name: 'b.bin.gz', bytes: new Uint8Array(gzipSync(second)) }]);
    expect(set).toMatchObject({ channels: 3, height: 32, width: 32, classes: 10, count: 3 });
    expect([...set.labels]).toEqual([3, 9, 0]);
    expect(set.images.subarray(3072, 6144)).toEqual(first.subarray(RECORD + 1, 2 * RECORD));
    expect(set.images.subarray(6144)).toEqual(second.subarray(1));
    expect(set.classNames?.[9]).toBe('truck');
  });

  it.each([
    ['a truncated file', records([1, 2]).subarray(0, 5000), /records of 3073 bytes, got 5000 bytes \(1927 after/],
    ['an empty file', new Uint8Array(0), /got an empty file/],
    ['a label out of range', records([4, 10]), /labels 0 to 9, got 10 at image 1/],
    ['a broken gzip', new Uint8Array(gzipSync(records([1]))).subarray(0, 50), /gzip/],
  ])('refuses %s', (_what, bytes, message) => {
    const read = (): unknown => cifar10ImageSet('c', [{ name: 'x.bin', bytes }]);
    expect(read).toThrow(DataError);
    expect(read).toThrow(message);
  });

  it('refuses a list of no files', () => {
    expect(() => cifar10ImageSet('c', [])).toThrow(/at least one image/);
  });
});
