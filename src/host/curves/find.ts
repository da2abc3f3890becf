// Finds manifests by name or path and the files that they name. Ready manifests ship in curves/ and curves/known/; files lie beside
// the manifest, in --curves-dir, in $FORETELL_DATA (and its folder curves/), or in the cache, sought in this order.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../core/index.js';
import { parseManifest, type CurveManifest } from '../../data/index.js';
import { cacheFolder, type Environment } from '../folders.js';
import { PACKAGE_ROOT } from '../package-root.js';

export interface CurvesWhere {
  /** --curves-dir. */
  readonly folder?: string;
  readonly env?: Environment;
  /** Folders of ready manifests; a test hands in its own. */
  readonly ready?: readonly string[];
}

export interface FoundManifest {
  readonly manifest: CurveManifest;
  /** The manifest's own file. */
  readonly path: string;
}

const READY = [join(PACKAGE_ROOT, 'curves'), join(PACKAGE_ROOT, 'curves', 'known')];

/** By the path of a manifest, or the name of a ready one. Throws DataError that lists what is there. */
export function findManifest(wanted: string, where: CurvesWhere = {}): FoundManifest {
  if (isFile(wanted)) return readManifest(wanted);
  const folders = [...(where.folder === undefined ? [] : [where.folder]), ...(where.ready ?? READY)];
  const path = folders.map((folder) => join(folder, `${wanted}.json`)).find(isFile);
  if (path !== undefined) return readManifest(path);
  throw new DataError(`curves ${wanted}: expected the path of a manifest or one of ${readyNames(where).join(', ')}; there is no such file`);
}

export function readyNames({ ready = READY }: CurvesWhere = {}): string[] {
  const names = ready.filter(existsSync).flatMap((folder) => readdirSync(folder).filter((file) => file.endsWith('.json')));
  return names.map((file) => basename(file, '.json')).sort();
}

/** The manifest's files on this machine, in its order; null in the place of one that is not here. */
export function locateFiles({ manifest, path }: FoundManifest, where: CurvesWhere = {}): readonly (string | null)[] {
  return manifest.files.map((file) => places(file, path, manifest.name, where).find(isFile) ?? null);
}

/** Everywhere that is looked. */
export function places(file: string, manifestPath: string, name: string, { folder, env = process.env }: CurvesWhere): string[] {
  const data = env['FORETELL_DATA'] ?? '';
  const roots = [
    dirname(manifestPath),
    ...(folder === undefined ? [] : [folder, join(folder, 'curves')]),
    ...(data === '' ? [] : [data, join(data, 'curves')]),
    cachedCurves(name, env),
  ];
  // A folder of one's own need not be laid out as the manifest says.
  return [...new Set(roots.flatMap((root) => [join(root, file), join(root, basename(file))]))];
}

export function cachedCurves(name: string, env: Environment = process.env): string {
  return join(cacheFolder(env), 'curves', name);
}

function readManifest(path: string): FoundManifest {
  return { manifest: parseManifest(readFileSync(path, 'utf8'), path), path };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
