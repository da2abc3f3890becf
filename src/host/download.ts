// Fetches the files of a known set into the cache. A file appears under its name only when it is whole and its checksum
// holds, so an interrupted download is simply begun again; what is there already is not fetched twice.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, messageOf, type Log } from '../core/index.js';
import type { Download, KnownSet } from './known-sets.js';
import { gunzipped } from './read-bytes.js';

/** Milliseconds for one file; the largest has 26 MB. */
const FILE_TIMEOUT = 300_000;

/** @throws DataError where no address gives the right bytes: says what each answered, and how else to get the set */
export async function downloadSet(set: KnownSet, folder: string, log: Log): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of set.downloads) {
    if (existsSync(join(folder, file.file))) continue; // it was checked before it got its name
    log.info(`${set.name}: fetching ${file.file}`);
    writeWhole(join(folder, file.file), await fetchFromAny(set, file));
  }
}

async function fetchFromAny(set: KnownSet, file: Download): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const from of set.downloadFrom) {
    try {
      return await fetchChecked(from + file.file, file);
    } catch (error) {
      failures.push(`${from + file.file}: ${reasonOf(error)}`);
    }
  }
  throw new DataError(`${set.name}: it is not on this machine and could not be fetched:\n  ${failures.join('\n  ')}\n${set.mend}`);
}

/** Bytes as they came; what is checked is what is inside where they are gzip. Throws DataError, or what fetch throws. */
export async function fetchChecked(address: string, file: { readonly file: string; readonly sha256: string; readonly bytes?: number }): Promise<Uint8Array> {
  const response = await fetch(address, { signal: AbortSignal.timeout(FILE_TIMEOUT) });
  if (!response.ok) throw new DataError(`expected the file, got HTTP status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const content = gunzipped(bytes, file.file);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const wanted = file.bytes ?? content.length;
  if (content.length !== wanted || sha256 !== file.sha256) {
    throw new DataError(`expected ${wanted} bytes with SHA-256 ${file.sha256}, got ${content.length} bytes with ${sha256}`);
  }
  return bytes;
}

/** fetch says only "fetch failed"; the reason (no such host, refused, timed out) is its cause. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)} (${messageOf(cause)})`;
}

export function writeWhole(path: string, bytes: Uint8Array): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw new DataError(`${path}: expected to write ${bytes.length} bytes (${messageOf(cause)}); free some disk space or set FORETELL_CACHE`, { cause });
  }
}
