// Where words go. Results go to standard output, progress to standard error; tests hand in a terminal of their own.
import type { Log } from '../core/index.js';

export interface Terminal {
  /** Results: one call, one line or block, a line end is added. */
  out(text: string): void;
  /** Progress and complaints. */
  err(text: string): void;
  /** Somebody is watching: a live display may redraw lines on standard error. */
  readonly live: boolean;
  readonly env: { readonly [name: string]: string | undefined };
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  // NO_COLOR is not asked: nothing here is coloured.
  live: process.stderr.isTTY === true && !process.env['CI'] && process.env['TERM'] !== 'dumb',
  env: process.env,
};

/** A reader that closes its end (`| head`) ends the command without a word, as other programs do. */
export function endWithReader(code: number): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(code);
      throw error;
    });
  }
}

/** A room's words on a terminal. */
export function logTo(terminal: Terminal): Log {
  return { info: (message) => terminal.err(message), warn: (message) => terminal.err(`warning: ${message}`) };
}
