// Images as ImageNet lies on a disk: a folder a class, JPEG or PNG files in it at any depth. Either train/ and val/ (and test/)
// hold the class folders, or the folder itself does. Lists names; reads no image.
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { DataError, messageOf } from '../core/index.js';

const IMAGE = /\.(jpe?g|png)$/i;
const VALIDATION = ['val', 'valid', 'validation'] as const;

/** One part's images: by class in order of its number, by name within a class. */
export interface ClassFiles {
  readonly folder: string;
  /** Paths below `folder`. */
  readonly files: readonly string[];
  /** A class number a file. */
  readonly labels: Uint32Array;
}

export interface ClassFolders {
  readonly folder: string;
  /** Folder names in code-point order, the same on every machine; a class's number is its place here. */
  readonly classes: readonly string[];
  readonly train: ClassFiles;
  /** Null where the folder is not divided so. */
  readonly validation: ClassFiles | null;
  readonly test: ClassFiles | null;
}

/** Whether a folder holds class folders with images, or train/ does: true says nothing about the images themselves. */
export function holdsClassFolders(folder: string): boolean {
  return hasClasses(join(folder, 'train')) || hasClasses(folder);
}

/** @throws DataError where there is no class, a class without an image, or a part with a class that train/ does not know */
export function listClassFolders(folder: string): ClassFolders {
  if (!hasClasses(join(folder, 'train'))) {
    const classes = classNames(folder);
    requireClasses(folder, classes);
    return { folder, classes, train: listTraining(folder, classes), validation: null, test: null };
  }
  const train = join(folder, 'train');
  const classes = classNames(train);
  const part = (names: readonly string[]): ClassFiles | null => {
    const found = names.map((name) => join(folder, name)).find(hasClasses);
    return found === undefined ? null : listPart(found, classes);
  };
  return { folder, classes, train: listTraining(train, classes), validation: part(VALIDATION), test: part(['test']) };
}

function hasClasses(folder: string): boolean {
  return classNames(folder).some((name) => imagesBelow(join(folder, name)).length > 0);
}

function classNames(folder: string): string[] {
  return entriesOf(folder).filter((entry) => isFolder(folder, entry) && !entry.name.startsWith('.')).map(({ name }) => name).sort();
}

/** A link may be a folder: data is often linked together from elsewhere. */
function isFolder(folder: string, entry: Dirent): boolean {
  return entry.isDirectory() || (entry.isSymbolicLink() && (statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false));
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function imagesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => IMAGE.test(name) && !name.startsWith('.')).map((name) => name.replaceAll('\\', '/')).sort();
  } catch {
    return [];
  }
}

function listTraining(folder: string, classes: readonly string[]): ClassFiles {
  const listed = listPart(folder, classes);
  const counts = new Uint32Array(classes.length);
  for (const label of listed.labels) counts[label] = (counts[label] ?? 0) + 1;
  const empty = counts.indexOf(0);
  if (empty < 0) return listed;
  throw new DataError(`${join(folder, classes[empty] ?? '')}: expected at least one JPEG or PNG file of this class, got none; fill the folder or remove it`);
}

function listPart(folder: string, classes: readonly string[]): ClassFiles {
  const numbers = new Map(classes.map((name, number) => [name, number]));
  const files: string[] = [];
  const labels: number[] = [];
  for (const name of classNames(folder)) {
    const images = imagesBelow(join(folder, name));
    const number = numbers.get(name);
    if (number === undefined && images.length > 0) throw new DataError(`${join(folder, name)}: expected one of train's classes (${shown(classes)}), got ${name}; rename the folder or add it to train`);
    for (const image of images) {
      files.push(`${name}/${image}`);
      labels.push(number ?? 0);
    }
  }
  return { folder, files, labels: Uint32Array.from(labels) };
}

function requireClasses(folder: string, classes: readonly string[]): void {
  if (classes.length > 1) return;
  const loose = imagesBelow(folder).length;
  const got = classes.length === 1 ? `one (${classes[0] ?? ''})` : loose > 0 ? `${loose} images without one` : reasonOf(folder);
  throw new DataError(`${folder}: expected a sub-folder a class (two or more) with JPEG or PNG files, or train/ and val/ with them, got ${got}; sort the images into folders named after their classes`);
}

function reasonOf(folder: string): string {
  try {
    const names = readdirSync(folder);
    return names.length === 0 ? 'an empty folder' : `${shown(names)} and no image`;
  } catch (error) {
    return messageOf(error);
  }
}

function shown(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ..' : ''}`;
}
