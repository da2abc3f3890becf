// From a name to a curve set: manifest, files, tables, set.
import { DataError } from '../../core/index.js';
import { assembleCurveSet, type CurveSet } from '../../data/index.js';
import { findManifest, locateFiles, places, type CurvesWhere } from './find.js';
import { openTable } from './table.js';

/** @throws DataError where manifest or files are missing (it says where was looked) or malformed */
export async function loadCurveSet(wanted: string, where: CurvesWhere = {}): Promise<CurveSet> {
  const found = findManifest(wanted, where);
  const { manifest, path } = found;
  const located = locateFiles(found, where);
  const paths = located.map((at, i) => at ?? missing(manifest.files[i] as string));
  return assembleCurveSet(manifest, await Promise.all(paths.map(openTable)));

  function missing(file: string): never {
    const looked = places(file, path, manifest.name, where).join('\n  ');
    const way = manifest.download.length > 0 ? `fetch it with: foretell data get ${manifest.name}, or put it` : 'put it';
    throw new DataError(`curves ${manifest.name}: expected ${file}, which is not on this machine; ${way} in one of\n  ${looked}`);
  }
}
