// safetensors (github.com/huggingface/safetensors, "Format"): u64 little-endian header length, a JSON header padded with
// spaces so that the data starts at a multiple of 8, then the tensors without gaps. Only F32 and U32: nothing else is saved.
// Assumes a little-endian engine, as WebGPU does. Pure bytes: where they are kept is the caller's business.
import { DataError, messageOf } from '../core/index.js';

export interface Tensors {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Free strings that travel with the weights: architecture, normalisation, accuracy. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Row-major; `data` has as many values as the product of `shape` (1 for a scalar's empty shape). */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const ALIGNMENT = 8;
const LENGTH_BYTES = 8;
const METADATA = '__metadata__';
const MEND = 'the file is truncated, corrupt or not safetensors: take another copy of it';

/** @throws DataError where a tensor's values do not match its shape, or it takes the header's own key */
export function encodeSafetensors({ tensors, metadata }: Tensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { [METADATA]: metadata } : {};
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === METADATA) throw new DataError(`safetensors: expected a tensor's name, got ${METADATA}, which is the header's own`);
    if (elements(shape) !== data.length) {
      throw new DataError(`safetensors: ${name}: expected ${elements(shape)} values for shape [${shape.join(', ')}], got ${data.length}`);
    }
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'U32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = paddedJson(header);
  const bytes = new Uint8Array(LENGTH_BYTES + json.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + json.length;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function paddedJson(header: Record<string, unknown>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  padded.set(json);
  return padded;
}

/**
 * Tensors in the order of their bytes; their data is copied, so `bytes` may be changed or dropped.
 * @throws DataError on a header that is no JSON object of tensors, an element type other than F32 and U32, or tensors
 *   that overlap, leave gaps or do not end where the bytes end
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'safetensors'): Tensors {
  const { header, start } = readHeader(bytes, name);
  const { [METADATA]: metadata = {}, ...entries } = header;
  if (!isStringRecord(metadata)) throw new DataError(`${name}: expected ${METADATA} to hold strings only; ${MEND}`);
  const tensors = new Map<string, NamedTensor>();
  let end = 0;
  for (const [key, entry] of sortedEntries(entries, name)) {
    const [from, to] = entry.data_offsets;
    const expected = 4 * elements(entry.shape);
    if (from !== end || to - from !== expected || start + to > bytes.length) {
      throw new DataError(
        `${name}: ${key}: expected ${expected} bytes at ${end} within ${bytes.length - start} bytes of data, got ${from} to ${to}; ${MEND}`,
      );
    }
    // Not bytes.slice: Node's Buffer overrides it with a view, and a tensor would then be the whole file.
    const own = Uint8Array.prototype.slice.call(bytes, start + from, start + to);
    tensors.set(key, { shape: [...entry.shape], data: typedCopy(entry.dtype, own, key, name) });
    end = to;
  }
  if (start + end !== bytes.length) {
    throw new DataError(`${name}: expected ${end} bytes of data, got ${bytes.length - start}; ${MEND}`);
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array, name: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES) throw new DataError(`${name}: expected at least ${LENGTH_BYTES} bytes, got ${bytes.length}; ${MEND}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > BigInt(bytes.length - LENGTH_BYTES)) {
    throw new DataError(`${name}: expected a header of ${length} bytes, got ${bytes.length - LENGTH_BYTES} bytes in all; ${MEND}`);
  }
  const start = LENGTH_BYTES + Number(length);
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)));
    if (isRecord(header)) return { header, start };
  } catch (error) {
    throw new DataError(`${name}: expected a JSON header (${messageOf(error)}); ${MEND}`, { cause: error });
  }
  throw new DataError(`${name}: expected a JSON object as header; ${MEND}`);
}

function sortedEntries(entries: Record<string, unknown>, name: string): [string, Entry][] {
  const checked = Object.entries(entries).map(([key, entry]): [string, Entry] => {
    if (!isEntry(entry)) throw new DataError(`${name}: ${key}: expected dtype, shape and data_offsets, got ${JSON.stringify(entry)}; ${MEND}`);
    return [key, entry];
  });
  return checked.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
}

function typedCopy(dtype: string, copy: Uint8Array<ArrayBuffer>, key: string, name: string): Float32Array | Uint32Array {
  if (dtype === 'F32') return new Float32Array(copy.buffer);
  if (dtype === 'U32') return new Uint32Array(copy.buffer);
  throw new DataError(`${name}: ${key}: expected element type F32 or U32, got ${dtype}; convert the file to F32 first`);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((member) => typeof member === 'string');
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value) || typeof value['dtype'] !== 'string') return false;
  const { shape, data_offsets: offsets } = value;
  return isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}
