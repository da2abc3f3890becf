// What a process ends with: 0 done, 1 failed, 2 wrong usage, 130 interrupted (resumable).
import { CommanderError } from 'commander';
import { ForetellError, messageOf, UsageError } from '../core/index.js';
import type { Terminal } from './terminal.js';

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Stopped on request after a clean stop; its message says how to go on. */
export class Interrupted extends ForetellError {}

/** Says an error in one line where it is ours, with its stack where it is a bug, and returns the exit code. */
export function exitCodeOf(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage; // commander has spoken already
  if (error instanceof Interrupted) {
    terminal.err(error.message);
    return EXIT.interrupted;
  }
  if (error instanceof ForetellError) {
    terminal.err(`foretell: ${error.message}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
  terminal.err(`foretell: unexpected error, please report it\n${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
  return EXIT.failed;
}
