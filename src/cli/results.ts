// What a long run has measured so far, a JSON line each with a key: appended as soon as it is there, read again when the run is begun again.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DataError } from '../core/index.js';
import { writing } from './files.js';

export interface Results<T extends { readonly key: string }> {
  readonly known: ReadonlyMap<string, T>;
  add(result: T): void;
}

/** A last line that a kill cut in half is dropped. Throws DataError on a file that is none of ours. */
export function openResults<T extends { readonly key: string }>(file: string): Results<T> {
  const known = new Map<string, T>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) writing(file, '--out', () => writeFileSync(file, text.slice(0, end)));
  for (const line of text.slice(0, end).split('\n').filter((each) => each !== '')) {
    const result = parsed<T>(line, file);
    known.set(result.key, result);
  }
  return {
    known,
    add(result) {
      known.set(result.key, result);
      writing(file, '--out', () => appendFileSync(file, `${JSON.stringify(result)}\n`));
    },
  };
}

function parsed<T extends { readonly key: string }>(line: string, file: string): T {
  try {
    const result = JSON.parse(line) as T;
    if (typeof result.key === 'string') return result;
  } catch {
    // said below
  }
  throw new DataError(`${file}: expected a JSON line with a key, got '${line.slice(0, 60)}'; move the file away or choose another --out`);
}
