// A checkpoint's bytes: a header that names the architecture, then weights and optimizer state as they lie on the device.
// With the seed and the epoch this is all that training needs to go on bit for bit: orders and rates are functions of the epoch.
//   "FTSNAP1\n" | u32 length of the JSON header, padded to a multiple of 4 | JSON | f32 weights | f32 state 0 | ...
import { CheckpointError, messageOf } from '../core/index.js';

const MAGIC = 'FTSNAP1\n';

export interface SnapshotHeader {
  /** `architectureHash`. */
  readonly architecture: string;
  readonly optimizer: string;
  /** Epochs trained. */
  readonly epoch: number;
  /** Optimizer steps taken. */
  readonly step: number;
}

export interface Snapshot extends SnapshotHeader {
  /** The layout's flat values, statistics included. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly state: readonly Float32Array<ArrayBuffer>[];
}

export function encodeSnapshot({ weights, state, ...header }: Snapshot): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = MAGIC.length + 4 + Math.ceil(json.length / 4) * 4;
  const parts = [weights, ...state];
  const bytes = new Uint8Array(start + parts.reduce((sum, { byteLength }) => sum + byteLength, 0)).fill(0x20, 0, start);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, start - MAGIC.length - 4, true);
  bytes.set(json, MAGIC.length + 4);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

export interface ExpectedSnapshot {
  readonly architecture: string;
  readonly optimizer: string;
  /** Values of what is trained, and so of each state (a layout's `length`). */
  readonly length: number;
  /** Values of the weights, statistics included (a layout's `total`); absent = `length`. */
  readonly total?: number;
  /** Flat tensors of optimizer state. */
  readonly states: number;
}

/**
 * @throws CheckpointError where the bytes are no snapshot, or one of another architecture, optimizer or size
 */
export function decodeSnapshot(bytes: Uint8Array, expected: ExpectedSnapshot): Snapshot {
  const { header, start } = headerOf(bytes);
  if (header.architecture !== expected.architecture) {
    throw new CheckpointError(`snapshot: expected weights of architecture ${expected.architecture.slice(0, 12)}, got ${header.architecture.slice(0, 12)}; this checkpoint belongs to another network`);
  }
  if (header.optimizer !== expected.optimizer) {
    throw new CheckpointError(`snapshot: expected state of optimizer ${expected.optimizer}, got ${header.optimizer}; go on with the optimizer that the checkpoint was made with`);
  }
  const { length, total = length, states } = expected;
  const whole = start + 4 * (total + length * states);
  if (bytes.length !== whole) throw new CheckpointError(`snapshot: expected ${whole} bytes, got ${bytes.length}; the checkpoint is truncated: take an earlier one`);
  const part = (from: number, values: number): Float32Array<ArrayBuffer> => floatsOf(bytes.subarray(start + 4 * from, start + 4 * (from + values)));
  return { ...header, weights: part(0, total), state: Array.from({ length: states }, (_, i) => part(total + i * length, length)) };
}

/** A copy of its own: Node's Buffer shares memory where a Uint8Array's `slice` copies. */
function floatsOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bytes.length / 4);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}

function headerOf(bytes: Uint8Array): { header: SnapshotHeader; start: number } {
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < MAGIC.length + 4) {
    throw new CheckpointError('snapshot: expected bytes that begin with FTSNAP1, got others; this is not a checkpoint of foretell, or of a version that this one cannot read');
  }
  const start = MAGIC.length + 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(MAGIC.length + 4, start)));
    if (isHeader(parsed)) return { header: parsed, start };
  } catch (cause) {
    throw new CheckpointError(`snapshot: expected a JSON header (${messageOf(cause)}); the checkpoint is corrupt: take an earlier one`, { cause });
  }
  throw new CheckpointError('snapshot: expected a header with architecture, optimizer, epoch and step; the checkpoint is corrupt: take an earlier one');
}

function isHeader(value: unknown): value is SnapshotHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { architecture, optimizer, epoch, step } = value as Record<string, unknown>;
  return typeof architecture === 'string' && typeof optimizer === 'string' && Number.isSafeInteger(epoch) && Number.isSafeInteger(step);
}
