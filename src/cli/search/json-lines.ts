// `--json [FILE]`: one JSON line an event as the journal has it (scores point up), the summary last.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { StoredEvent } from '../../core/index.js';
import { summarise, type Story } from '../../report/index.js';
import { writing } from '../files.js';
import type { Terminal } from '../terminal.js';

export interface JsonLines {
  event(event: StoredEvent): void;
  /** Writes the last line and closes. */
  summary(story: Story, files: { readonly [kind: string]: string }): void;
}

/** Null where nobody asked for it. */
export function openJsonLines(json: true | string | undefined, terminal: Terminal): JsonLines | null {
  if (json === undefined) return null;
  if (json === true) return linesTo((line) => terminal.out(line), () => undefined);
  const file = writing(json, '--json', () => openSync(json, 'w'));
  return linesTo((line) => void writing(json, '--json', () => writeSync(file, `${line}\n`)), () => closeSync(file));
}

function linesTo(write: (line: string) => void, close: () => void): JsonLines {
  return {
    event: (event) => write(JSON.stringify(event)),
    summary: (story, files) => {
      write(JSON.stringify({ type: 'summary', ...summarise(story), files }));
      close();
    },
  };
}
