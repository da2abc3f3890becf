// The images behind `data` for a command that can stream: a folder of class sub-folders stays on disk, every other set is read
// whole, as loadDataSet does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, hashOf, silentLog, type Json } from '../core/index.js';
import { checkedImageSet, imageLength, isStream, type ImageSet, type ImageSource, type ImageStream } from '../data/index.js';
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

/** What a command that holds its images may take, in bytes of pixels. */
const MOST_HELD = 2 ** 30;

/**
 * The images behind `data` in memory, for a command that divides and hashes bytes; a folder's are decoded once.
 * @throws DataError as openImageData, and where a folder's images are more than a GiB of pixels
 */
export async function loadImageData(data: string, where: Where = {}): Promise<ImageSource> {
  const { train, test } = await openImageData(data, where.log ? { log: where.log } : {}, where);
  return { train: await held(train), test: await held(test) };
}

async function held(images: ImageSet | ImageStream): Promise<ImageSet> {
  if (!isStream(images)) return images;
  const { name, channels, height, width, classes, classNames, count, labels } = images;
  const bytes = count * imageLength(images);
  if (bytes > MOST_HELD) throw new DataError(`${name}: expected at most ${MOST_HELD} bytes of pixels to hold, got ${bytes} (${count} images of ${channels}x${height}x${width}); give a smaller folder, or use foretell train, which streams it`);
  const pixels = new Uint8Array(bytes);
  for await (const batch of images.batches(Uint32Array.from({ length: count }, (_, i) => i), 64)) pixels.set(batch.images, batch.start * imageLength(images));
  return checkedImageSet({ name, channels, height, width, classes, count, images: pixels, labels, ...(classNames ? { classNames } : {}) });
}

/** A path, or the name of a folder in $FORETELL_DATA/images. */
function classFolder(data: string, { env = process.env }: Where): string | undefined {
  const below = env['FORETELL_DATA'];
  const places = [data, ...(below && !/[\\/]/.test(data) ? [join(below, 'images', data)] : [])];
  return places.find((place) => existsSync(place) && holdsClassFolders(place));
}
