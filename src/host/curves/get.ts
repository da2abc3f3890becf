// Fetches a curve set's files into the cache, each checked against the manifest's SHA-256 before it gets its name.
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError, type Log } from '../../core/index.js';
import { fetchChecked, reasonOf, writeWhole } from '../download.js';
import { cachedCurves, findManifest, locateFiles, type CurvesWhere } from './find.js';

/**
 * Paths of all files of the set. What is here already is not fetched.
 * @throws DataError where a file has no address or the address does not give the right bytes: it says where to put the file
 */
export async function getCurveSet(name: string, where: CurvesWhere, log: Log): Promise<readonly string[]> {
  const found = findManifest(name, where);
  const { manifest, path } = found;
  const paths: string[] = [];
  for (const [i, at] of locateFiles(found, where).entries()) {
    const file = manifest.files[i] as string;
    paths.push(at ?? (await fetchFile(file)));
  }
  return paths;

  async function fetchFile(file: string): Promise<string> {
    const source = manifest.download.find((each) => each.file === file);
    const put = `put ${basename(file)} into ${dirname(path)} or ${cachedCurves(manifest.name, where.env)}`;
    if (source === undefined) throw new DataError(`curves ${manifest.name}: ${file} is not on this machine and its manifest names no address; ${put}`);
    const target = join(cachedCurves(manifest.name, where.env), basename(file));
    mkdirSync(dirname(target), { recursive: true });
    log.info(`${manifest.name}: fetching ${source.url}`);
    try {
      writeWhole(target, await fetchChecked(source.url, source));
    } catch (cause) {
      throw new DataError(`curves ${manifest.name}: ${source.url} did not give the file (${reasonOf(cause)}); ${put}`, { cause });
    }
    return target;
  }
}
