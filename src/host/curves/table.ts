// A CSV file on disk, gzip or not, as a table whose records stream through: bytes, characters and quotes are libraries' work.
import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { DataError, messageOf } from '../../core/index.js';
import { isGzip, type Table } from '../../data/index.js';

/**
 * Reads the header now, the records when they are asked for.
 * @throws DataError where the file cannot be read, is broken gzip, holds no header, or a quote is not closed (with its line)
 */
export async function openTable(path: string): Promise<Table> {
  const records = read(path);
  const first = await records.next();
  if (first.done === true) throw new DataError(`${path}: expected a header of column names, got an empty file`);
  return { name: basename(path), columns: first.value.map((name) => name.trim()), records };
}

async function* read(path: string): AsyncGenerator<readonly string[]> {
  const parser = parse({ bom: true, skip_empty_lines: true, relax_column_count: true });
  const unpack = startsAsGzip(path) ? [createGunzip()] : [];
  // Errors of any part end the parser, which the loop below reads; the callback only keeps them from being thrown elsewhere.
  pipeline([createReadStream(path), ...unpack, parser] as [Readable, ...Transform[]], () => undefined);
  try {
    for await (const record of parser) yield record as readonly string[];
  } catch (cause) {
    throw new DataError(`${path}: expected a CSV file, gzip or not (${messageOf(cause)}); check the path, or fetch the file again`, { cause });
  }
}

function startsAsGzip(path: string): boolean {
  const head = new Uint8Array(2);
  try {
    const file = openSync(path, 'r');
    readSync(file, head, 0, 2, 0);
    closeSync(file);
  } catch (cause) {
    throw new DataError(`${path}: expected a readable file (${messageOf(cause)}); check the path and its permissions`, { cause });
  }
  return isGzip(head);
}
