// How a saved net's images were made of files: what predict must do again. A net that was trained on a set in memory says only
// its input's extents.
import { z } from 'zod';
import { DataError } from '../core/index.js';
import type { ImageFacts, Tensors } from '../data/index.js';
import type { FolderOptions } from '../host/index.js';

const whole = z.number().int().min(1);
const channels = z.union([z.literal(1), z.literal(3)]);
const decoding = z.object({ size: whole, short: whole, channels });
const square = z.object({ input: z.object({ channels, height: whole, width: whole }) });

/** Empty where the metadata says nothing that a folder of images could follow. */
export function imagesFor({ metadata }: Tensors): FolderOptions {
  const said = decoding.safeParse(json(metadata['decoding']));
  if (said.success) return said.data;
  const { data } = square.safeParse(json(metadata['architecture']));
  return data && data.input.height === data.input.width ? { size: data.input.height, channels: data.input.channels } : {};
}

/** Throws DataError where the net's classes have other names than the images': their numbers would say nothing. */
export function requireClasses({ metadata }: Tensors, { name, classNames }: ImageFacts, file: string): void {
  const trained = z.array(z.string()).safeParse(json(metadata['classes']));
  if (!trained.success || classNames === undefined || trained.data.join('\n') === classNames.join('\n')) return;
  throw new DataError(`${name}: expected the classes that ${file} was trained on (${shown(trained.data)}), got ${shown(classNames)}; give the images in folders of those names`);
}

function shown(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, .. ${names.length} in all` : ''}`;
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined; // whoever reads the net itself says so
  }
}
