// A training's checkpoint as one file: what is trained (so that another run refuses it), the curve so far, the network's snapshot,
// and a hash over all of it. Replaced whole after every epoch: a process that is killed loses the running epoch, nothing else.
//   "FTTRAIN1" | u32 length of the JSON | JSON | snapshot | SHA-256 of everything before it
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { canonicalJson, CheckpointError, messageOf, type Json } from '../../core/index.js';

const MAGIC = 'FTTRAIN1';
const HEADER = MAGIC.length + 4;
const HASH_BYTES = 32;
const MEND = 'take an earlier copy of it, or give another file with --checkpoint to begin anew';

const epoch = z.object({
  epoch: z.number().int().min(1),
  /** Larger is better. */
  value: z.number(),
  seconds: z.number().min(0),
  metrics: z.record(z.string(), z.number()),
});

export type TrainedEpoch = Readonly<z.infer<typeof epoch>>;

const header = z.object({ identity: z.record(z.string(), z.json()), options: z.record(z.string(), z.json()), adapter: z.json(), choices: z.array(z.json()), curve: z.array(epoch).min(1) });

export interface TrainCheckpoint {
  /** What makes it this training; a resumed run must say the same. */
  readonly identity: Readonly<Record<string, Json>>;
  /** Of the command line, so that the checkpoint's name alone goes on. */
  readonly options: Readonly<Record<string, Json>>;
  readonly adapter: Json;
  /** The tuner's decisions: the rest is computed by the same kernels. */
  readonly choices: readonly Json[];
  /** From epoch 1 without gaps. */
  readonly curve: readonly TrainedEpoch[];
  /** The network at the end of the last epoch. */
  readonly snapshot: Uint8Array;
}

/** Whole or not at all, and on the disk when this returns. Throws CheckpointError where the file cannot be written. */
export function writeCheckpoint(file: string, { snapshot, ...head }: TrainCheckpoint): void {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const parts = [Buffer.from(MAGIC), length, json, snapshot];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  try {
    replaceDurably(file, [...parts, hash.digest()]);
  } catch (cause) {
    throw new CheckpointError(`${file}: the checkpoint could not be written (${messageOf(cause)}); free space or give another place with --checkpoint and run the same command again`, { cause });
  }
}

/** Null where there is no such file. Throws CheckpointError where it is none of ours, cut off or altered. */
export function readCheckpoint(file: string): TrainCheckpoint | null {
  if (!existsSync(file)) return null;
  const bytes = bytesOf(file);
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC || bytes.length < HEADER + HASH_BYTES) {
    throw new CheckpointError(`${file}: expected a checkpoint of foretell train, got another file; give another name with --checkpoint`);
  }
  const end = bytes.length - HASH_BYTES;
  const [expected, got] = [bytes.subarray(end).toString('hex'), createHash('sha256').update(bytes.subarray(0, end)).digest('hex')];
  if (expected !== got) throw new CheckpointError(`${file}: expected bytes with SHA-256 ${expected}, got ${got}; the file was cut off or altered: ${MEND}`);
  const start = HEADER + bytes.readUInt32LE(MAGIC.length);
  const parsed = header.safeParse(JSON.parse(bytes.subarray(HEADER, start).toString('utf8')));
  if (!parsed.success) throw new CheckpointError(`${file}: expected identity, options and curve in the header, got ${parsed.error.issues[0]?.message ?? 'others'}; another version wrote it: ${MEND}`);
  return { ...(parsed.data as Omit<TrainCheckpoint, 'snapshot'>), snapshot: Uint8Array.prototype.slice.call(bytes, start, end) };
}

/** Throws CheckpointError naming what differs: going on would be neither of the two trainings. */
export function requireSameTraining(file: string, was: TrainCheckpoint['identity'], is: TrainCheckpoint['identity']): void {
  const differing = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => canonicalJson(was[key]) !== canonicalJson(is[key]));
  if (differing.length === 0) return;
  const words = differing.map((key) => `${key}: expected ${shown(was[key])}, got ${shown(is[key])}`).join('; ');
  throw new CheckpointError(`${file}: this checkpoint belongs to another training (${words}); give the same options, or another file with --checkpoint`);
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : canonicalJson(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CheckpointError(`${file}: expected a checkpoint, but it cannot be read (${messageOf(cause)}); give another name with --checkpoint`, { cause });
  }
}

function replaceDurably(file: string, parts: readonly Uint8Array[]): void {
  const temporary = `${file}.tmp`;
  try {
    const handle = openSync(temporary, 'w');
    try {
      for (const part of parts) writeAll(handle, part);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(path.dirname(file));
}

/** One write takes 2 GiB at most. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, Math.min(bytes.length - at, 2 ** 30));
}

/** Windows cannot open a folder: its file system journals the rename itself. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
