#!/usr/bin/env node
// The command `foretell`: hands the process's own terminal and machine to the program.
import { readFileSync } from 'node:fs';
import { EXIT } from './exit.js';
import { run } from './program.js';
import { endWithReader, processTerminal } from './terminal.js';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };

endWithReader(EXIT.failed);

process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal,
  machine: async () => (await import('./this-machine.js')).thisMachine,
  version: manifest.version,
});
