// `--json [FILE]`: one JSON line a result, to standard output without a file.
import { closeSync, openSync, writeSync } from 'node:fs';
import { writing } from './files.js';
import type { Terminal } from './terminal.js';

export interface Lines {
  write(line: object): void;
  close(): void;
}

/** Null where nobody asked for it. */
export function openLines(json: true | string | undefined, terminal: Terminal): Lines | null {
  if (json === undefined) return null;
  if (json === true) return { write: (line) => terminal.out(JSON.stringify(line)), close: () => undefined };
  const file = writing(json, '--json', () => openSync(json, 'w'));
  return { write: (line) => void writing(json, '--json', () => writeSync(file, `${JSON.stringify(line)}\n`)), close: () => closeSync(file) };
}
