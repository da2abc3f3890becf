// `--json [FILE]`: one JSON line an event as the journal has it (scores point up), the summary last.
import type { StoredEvent } from '../../core/index.js';
import { summarise, type Story } from '../../report/index.js';
import { openLines } from '../lines.js';
import type { Terminal } from '../terminal.js';

export interface JsonLines {
  event(event: StoredEvent): void;
  /** Writes the last line and closes. */
  summary(story: Story, files: { readonly [kind: string]: string }): void;
}

/** Null where nobody asked for it. */
export function openJsonLines(json: true | string | undefined, terminal: Terminal): JsonLines | null {
  const lines = openLines(json, terminal);
  if (lines === null) return null;
  return {
    event: (event) => lines.write(event),
    summary: (story, files) => {
      lines.write({ type: 'summary', ...summarise(story), files });
      lines.close();
    },
  };
}
