// What every command is given: where words go and the machine it runs on.
import type { OpenMachine } from './machine.js';
import type { Terminal } from './terminal.js';

export interface World {
  readonly terminal: Terminal;
  readonly machine: OpenMachine;
  readonly version: string;
}

/** What a command's action ends with: an exit code; void = done. */
export type Ending = Promise<number | void> | number | void;

/** Wraps an action so that its ending becomes the process's. */
export type Ends = <A extends unknown[]>(action: (...args: A) => Ending) => (...args: A) => Promise<void>;
