// Safetensors: hand-written bytes, what is written reads back, and refusals.
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../src/data/index.js';

/** A file written by hand: length, header as given, then data. */
function file(header: string, data: readonly number[], length = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}

const ONE_AND_MINUS_TWO = [0, 0, 128, 63, 0, 0, 0, 192];
const header = (extra: object): string => JSON.stringify(extra);

describe('decodeSafetensors', () => {
  it('reads hand-written bytes', () => {
    const text = header({ b: { dtype: 'U32', shape: [], data_offsets: [8, 12] }, a: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] }, __metadata__: { net: 'x' } });
    const { tensors, metadata } = decodeSafetensors(file(text, [...ONE_AND_MINUS_TWO, 7, 1, 0, 0]));
    expect([...tensors.keys()]).toEqual(['a', 'b']);
    expect(tensors.get('a')).toEqual({ shape: [1, 2], data: Float32Array.of(1, -2) });
    expect(tensors.get('b')).toEqual({ shape: [], data: Uint32Array.of(263) });
    expect(metadata).toEqual({ net: 'x' });
  });

  const a = (offsets: number[], dtype = 'F32', shape: unknown = [2]): object => ({ a: { dtype, shape, data_offsets: offsets } });
  it.each([
    ['too few bytes', Uint8Array.of(1, 2, 3), /at least 8 bytes, got 3/],
    ['a header longer than the file', file('{}', [], 900), /header of 900 bytes, got 2/],
    ['a header that is no JSON', file('{"a":', []), /JSON header/],
    ['a header that is a list', file('[]', []), /JSON object/],
    ['a truncated tensor', file(header(a([0, 8])), [0, 0, 0, 0]), /a: expected 8 bytes at 0 within 4 bytes/],
    ['bytes left over', file(header(a([0, 8])), [...ONE_AND_MINUS_TWO, 1]), /expected 8 bytes of data, got 9/],
    ['a gap', file(header(a([4, 12])), [...ONE_AND_MINUS_TWO, 0, 0, 0, 0]), /expected 8 bytes at 0/],
    ['a size that is not the shape', file(header(a([0, 8], 'F32', [3])), ONE_AND_MINUS_TWO), /expected 12 bytes/],
    ['half precision', file(header(a([0, 8], 'F16')), ONE_AND_MINUS_TWO), /F32 or U32, got F16/],
    ['a negative extent', file(header(a([0, 8], 'F32', [-2])), ONE_AND_MINUS_TWO), /expected dtype, shape/],
    ['metadata that is not text', file(header({ __metadata__: { n: 1 } }), []), /strings only/],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(DataError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });
});

describe('encodeSafetensors', () => {
  const tensors = new Map<string, NamedTensor>([
    ['conv.weight', { shape: [2, 3], data: Float32Array.from([1, -0, NaN, Infinity, 1e-45, 3]) }],
    ['empty', { shape: [0], data: new Float32Array(0) }],
    ['step', { shape: [], data: Uint32Array.of(4294967295) }],
  ]);

  it('comes back bit for bit, with its data at a multiple of 8', () => {
    const bytes = encodeSafetensors({ tensors, metadata: { 'é': 'ü' } });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const back = decodeSafetensors(bytes);
    expect([...back.tensors]).toEqual([...tensors]);
    expect(back.metadata).toEqual({ 'é': 'ü' });
    expect(Object.is(back.tensors.get('conv.weight')?.data[1], -0)).toBe(true);
  });

  it('reads from a view at an odd offset', () => {
    const bytes = encodeSafetensors({ tensors, metadata: {} });
    const larger = new Uint8Array(bytes.length + 9);
    larger.set(bytes, 3);
    expect([...decodeSafetensors(larger.subarray(3, 3 + bytes.length)).tensors]).toEqual([...tensors]);
  });

  it('gives each tensor values of its own when read from a Node Buffer, whose slice is a view', () => {
    const tensors = new Map<string, NamedTensor>([
      ['a', { shape: [2], data: Float32Array.of(1, 2) }],
      ['b', { shape: [1], data: Float32Array.of(3) }],
    ]);
    const read = decodeSafetensors(Buffer.from(encodeSafetensors({ tensors, metadata: {} })));
    expect([...read.tensors.values()].map(({ data }) => [...data])).toEqual([[1, 2], [3]]);
    expect(read.tensors.get('a')?.data.buffer.byteLength).toBe(8);
  });

  it('refuses values that do not fill the shape, and the reserved name', () => {
    const wrong = (name: string, shape: number[]): unknown =>
      encodeSafetensors({ tensors: new Map([[name, { shape, data: new Float32Array(3) }]]), metadata: {} });
    expect(() => wrong('w', [2, 2])).toThrow(/w: expected 4 values for shape \[2, 2\], got 3/);
    expect(() => wrong('__metadata__', [3])).toThrow(DataError);
  });
});
