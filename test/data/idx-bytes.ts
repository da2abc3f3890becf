// Writes IDX files for the tests: the format's definition, apart from the parser that it checks.

export function idxBytes(dims: readonly number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dims.length + values.length);
  bytes.set([0, 0, 8, dims.length]);
  dims.forEach((size, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, size));
  bytes.set(values, 4 + 4 * dims.length);
  return bytes;
}
