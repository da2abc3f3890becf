// Recognises an image set by the files of its folder, and reads it: the four IDX files of MNIST and its relatives, or
// CIFAR-10's binary batches; gzip or not. The test part is read with the rest: it is bytes, and study keeps it apart.
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataError, messageOf } from '../core/index.js';
import { cifar10ImageSet, idxImageSet, type ImageSource } from '../data/index.js';
import { readBytes, type NamedBytes } from './read-bytes.js';

export type ImageFolder =
  | { readonly format: 'idx'; readonly folder: string; readonly files: Readonly<Record<IdxRole, string>> }
  | { readonly format: 'cifar10'; readonly folder: string; readonly train: readonly string[]; readonly test: readonly string[] };

type IdxRole = 'train-images' | 'train-labels' | 't10k-images' | 't10k-labels';

const IDX_ROLES: readonly IdxRole[] = ['train-images', 'train-labels', 't10k-images', 't10k-labels'];
const CIFAR_TRAIN = /^(data_batch|train)\w*\.bin(\.gz)?$/;
const CIFAR_TEST = /^test\w*\.bin(\.gz)?$/;

/** What the folder holds, by its file names alone; undefined where it is no image set (or no folder). */
export function recogniseFolder(folder: string): ImageFolder | undefined {
  const names = namesIn(folder);
  const roles = IDX_ROLES.map((role) => [role, idxFile(names, role)] as const);
  if (roles.every(([, file]) => file !== undefined)) {
    const files = Object.fromEntries(roles.map(([role, file]) => [role, join(folder, file ?? '')])) as Record<IdxRole, string>;
    return { format: 'idx', folder, files };
  }
  const matching = (pattern: RegExp): string[] => names.filter((name) => pattern.test(name)).map((name) => join(folder, name));
  const [train, test] = [matching(CIFAR_TRAIN), matching(CIFAR_TEST)];
  return train.length > 0 && test.length > 0 ? { format: 'cifar10', folder, train, test } : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** Both spellings are about: `train-images-idx3-ubyte.gz` and `train-images.idx3-ubyte`. */
function idxFile(names: readonly string[], role: IdxRole): string | undefined {
  const rank = role.endsWith('images') ? 3 : 1;
  return names.find((name) => new RegExp(`^${role}[-.]idx${rank}-ubyte(\\.gz)?$`).test(name));
}

/** @throws DataError naming the folder and what it should hold */
export function expectImageFolder(path: string): ImageFolder {
  const found = recogniseFolder(path);
  if (found !== undefined) return found;
  throw new DataError(
    `${path}: expected a folder with IDX files (train-images-idx3-ubyte[.gz], train-labels-idx1-ubyte[.gz], t10k-...) or with ` +
      `CIFAR-10's binary files (data_batch_1.bin[.gz] .., test_batch.bin[.gz]), or a sub-folder a class with JPEG or PNG files, got ${describeFolder(path)}; check the path`,
  );
}

function describeFolder(path: string): string {
  try {
    const names = readdirSync(path);
    return names.length === 0 ? 'an empty folder' : `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ..' : ''}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** @throws DataError where a file is truncated, corrupt, or of another set */
export function readImageFolder(found: ImageFolder, name = basename(resolve(found.folder))): ImageSource {
  if (found.format === 'cifar10') {
    const part = (files: readonly string[]): NamedBytes[] => files.map(readBytes);
    return { train: cifar10ImageSet(name, part(found.train)), test: cifar10ImageSet(name, part(found.test)) };
  }
  const part = (images: IdxRole, labels: IdxRole): ImageSource['train'] =>
    idxImageSet(name, readBytes(found.files[images]), readBytes(found.files[labels]));
  return { train: part('train-images', 'train-labels'), test: part('t10k-images', 't10k-labels') };
}
