// `foretell` on the fake machine: what main.ts is to the real one. Bundled by command-line.ts.
import { run } from '../../src/cli/program.js';
import { processTerminal } from '../../src/cli/terminal.js';
import { fakeMachine } from './fake-machine.js';

process.exitCode = await run(process.argv.slice(2), { terminal: processTerminal, machine: () => Promise.resolve(fakeMachine), version: '0.0.0-fake' });
