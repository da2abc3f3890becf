// The images behind `data` for a command that can stream: a folder of class sub-folders stays on disk, every other set is read
// whole, as loadDataSet does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, silentLog, type Json } from '../core/index.js';
import type { ImageSet, ImageStream } from '../data/index.js';
import { loadDataSet, type Where } from './data-sets.js';
import { holdsClassFolders } from './image-folder-classes.js';
import { openClassFolders, type FolderOptions } from './image-folder-parts.js';

export interface OpenedImages {
  readonly train: ImageSet | ImageStream;
  /** Null where the source has none: it is then taken from train. */
  readonly validation: ImageSet | ImageStream | null;
  readonly test: ImageSet | ImageStream;
  /** How files became pixels and which files; null for sets in memory, whose bytes say it. */
  readonly decoding: { readonly size: number; readonly short: number; readonly channels: number; readonly files: string } | null;
  /** Different files that were skipped so far. */
  skipped(): number;
}

/** @throws DataError as loadDataSet and openClassFolders do */
export async function openImageData(data: string, options: FolderOptions = {}, where: Where = {}): Promise<OpenedImages> {
  const folder = classFolder(data, where);
  if (folder === undefined) {
    const { train, test } = await loadDataSet(data, { ...where, log: options.log ?? silentLog });
    return { train, test, validation: null, decoding: null, skipped: () => 0 };
  }
  const { size, files, ...parts } = await openClassFolders(folder, options);
  return { ...parts, decoding: { ...size, files: hashOf(files as Json) } };
}

/** A path, or the name of a folder in $FORETELL_DATA/images. */
function classFolder(data: string, { env = process.env }: Where): string | undefined {
  const below = env['FORETELL_DATA'];
  const places = [data, ...(below && !/[\\/]/.test(data) ? [join(below, 'images', data)] : [])];
  return places.find((place) => existsSync(place) && holdsClassFolders(place));
}
