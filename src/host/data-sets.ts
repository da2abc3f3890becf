// Finds an image set on this machine by name or path, fetches the default one where it is missing, and reads it.
// The order is the user's word first: a path, $FORETELL_DATA, the system's package, the cache, a download.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, silentLog, type Log } from '../core/index.js';
import { syntheticImages, type ImageSource } from '../data/index.js';
import { downloadSet } from './download.js';
import { cacheFolder, type Environment } from './folders.js';
import { expectImageFolder, readImageFolder, recogniseFolder, type ImageFolder } from './image-folder.js';
import { KNOWN_SETS, SYNTHETIC, type KnownSet } from './known-sets.js';

export interface Where {
  /** A folder that holds the set; nothing else is looked at then. */
  readonly path?: string;
  readonly env?: Environment;
  readonly log?: Log;
  /** Defaults to KNOWN_SETS; a test hands in its own addresses. */
  readonly known?: readonly KnownSet[];
}

export interface FoundSet {
  readonly name: string;
  readonly origin: 'path' | 'environment' | 'system' | 'cache';
  readonly contents: ImageFolder;
}

/**
 * Where the named set lies; undefined where it is known and not on this machine. Reads no file.
 * @throws DataError on a name that is not known, or a path that holds no image set
 */
export function findDataSet(name: string, where: Where = {}): FoundSet | undefined {
  const { path, env = process.env } = where;
  if (path !== undefined) return { name, origin: 'path', contents: expectImageFolder(path) };
  const set = knownSet(name, where);
  for (const [origin, folder] of places(set, env)) {
    const contents = recogniseFolder(folder);
    if (contents !== undefined) return { name, origin, contents };
  }
  return undefined;
}

function places(set: KnownSet, env: Environment): [FoundSet['origin'], string][] {
  const data = env['FORETELL_DATA'];
  return [
    ...(data === undefined || data === '' ? [] : [['environment', join(data, 'images', set.name)] as [FoundSet['origin'], string]]),
    ...set.systemFolders.map((folder): [FoundSet['origin'], string] => ['system', folder]),
    ['cache', cachedSet(set, env)],
  ];
}

function cachedSet(set: KnownSet, env: Environment): string {
  return join(cacheFolder(env), 'data', set.name);
}

function knownSet(name: string, { known = KNOWN_SETS }: Where): KnownSet {
  const set = known.find((candidate) => candidate.name === name);
  if (set !== undefined) return set;
  const names = [...known.map((candidate) => candidate.name), SYNTHETIC].join(', ');
  throw new DataError(`data set ${name}: expected one of ${names}, or the path of a folder; there is no such set and no such folder`);
}

/**
 * As findDataSet, and fetched into the cache where it is nowhere else.
 * @throws DataError also where the set is missing and cannot be fetched; its message says how to get it
 */
export async function obtainDataSet(name: string, where: Where = {}): Promise<FoundSet> {
  const found = findDataSet(name, where);
  if (found !== undefined) return found;
  const { env = process.env, log = silentLog } = where;
  const set = knownSet(name, where);
  const looked = places(set, env).map(([, folder]) => folder).join(', ');
  if (set.downloads.length === 0) throw new DataError(`${name}: it is not on this machine (looked in ${looked}). ${set.mend}`);
  await downloadSet(set, cachedSet(set, env), log);
  return { name, origin: 'cache', contents: expectImageFolder(cachedSet(set, env)) };
}

/**
 * The images behind `data`: a known name, `synthetic`, or the path of a folder.
 * @throws DataError as obtainDataSet and the parsers do
 */
export async function loadDataSet(data: string, where: Where = {}): Promise<ImageSource> {
  if (data === SYNTHETIC) return syntheticImages({ seed: 1, train: 6000, test: 1000 });
  const { known = KNOWN_SETS } = where;
  const isName = known.some((set) => set.name === data);
  if (!isName && (existsSync(data) || /[\\/]/.test(data))) return readImageFolder(expectImageFolder(data));
  const found = await obtainDataSet(data, where);
  return readImageFolder(found.contents, found.name);
}
