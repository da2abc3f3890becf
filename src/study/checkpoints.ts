// Checkpoints as files of one folder (STUDY.ckpt), and a store in memory with the same promises. A file is written under a
// temporary name, flushed, renamed, and the folder flushed: whoever sees a name sees all its bytes. It decides nothing about
// what is kept.
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, messageOf, type CheckpointStore } from '../core/index.js';
import { checkedKey, checkpointRef, verifiedBytes } from './checkpoint-bytes.js';

/** A store that can say what it holds, so that what no event names can be collected. */
export interface ListedCheckpointStore extends CheckpointStore {
  list(): Promise<readonly string[]>;
}

const SUFFIX = '.ckpt';
const TEMPORARY = '.tmp';

/** The folder is made at the first `put`. Keys are file names: letters, digits, dot and hyphen. */
export function folderCheckpoints(folder: string): ListedCheckpointStore {
  const pathOf = (key: string): string => join(folder, `${checkedKey(key)}${SUFFIX}`);
  return {
    async put(key, bytes) {
      const path = pathOf(key);
      try {
        await mkdir(folder, { recursive: true });
        await writeDurably(path, bytes);
        await flushFolder(folder);
      } catch (cause) {
        await rm(`${path}${TEMPORARY}`, { force: true }).catch(() => undefined);
        throw new CheckpointError(putMessage(path, cause), { cause });
      }
      return checkpointRef(key, bytes);
    },
    async get(ref) {
      const path = pathOf(ref.key);
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw new CheckpointError(
          `${path}: expected a checkpoint, but it cannot be read (${messageOf(cause)}); the trial can start again from epoch 0`,
          { cause },
        );
      });
      return verifiedBytes(ref, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), path);
    },
    delete: (key) => rm(pathOf(key), { force: true }),
    async list() {
      const names = await readdir(folder).catch(() => []);
      await Promise.all(names.filter((n) => n.endsWith(TEMPORARY)).map((n) => rm(join(folder, n), { force: true })));
      return names.filter((n) => n.endsWith(SUFFIX)).map((n) => n.slice(0, -SUFFIX.length)).sort();
    },
  };
}

export function memoryCheckpoints(): ListedCheckpointStore {
  const held = new Map<string, Uint8Array>();
  return {
    put(key, bytes) {
      held.set(checkedKey(key), bytes.slice());
      return Promise.resolve(checkpointRef(key, bytes));
    },
    async get(ref) {
      const bytes = held.get(ref.key);
      if (bytes === undefined) {
        throw new CheckpointError(`checkpoint ${ref.key}: expected it in the store, found none; the trial can start again from epoch 0`);
      }
      return verifiedBytes(ref, bytes.slice(), `checkpoint ${ref.key}`);
    },
    delete(key) {
      held.delete(key);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...held.keys()].sort()),
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}${TEMPORARY}`, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}${TEMPORARY}`, path);
}

/** Windows cannot open a folder: its file system journals the rename itself. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function putMessage(path: string, cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${path}: disk full while writing a checkpoint; free space and run the same command again`;
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return `${path}: expected a folder that can be written, got ${String(code)}; change its permissions or choose another study file`;
  }
  return `${path}: the checkpoint could not be written (${messageOf(cause)})`;
}
