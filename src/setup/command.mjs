// Runs other programs: output is kept and shown only where they fail. Everything is asynchronous, so that a signal to
// set-up is heard while they run and is passed on to them.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const running = new Set();
const SHOWN_LINES = 30;

/** @returns {Promise<{ code: number | null, output: string }>} code null: killed, timed out or not startable */
export function run(program, args, { timeout, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout, killSignal: 'SIGKILL', ...options });
    const pieces = [];
    running.add(child);
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stderr.on('data', (piece) => pieces.push(piece));
    const end = (code, extra = '') => {
      running.delete(child);
      resolve({ code, output: Buffer.concat(pieces).toString() + extra });
    };
    child.on('error', (error) => end(null, error.message));
    child.on('close', (code) => end(code));
  });
}

/** The end of a program's output, indented, for a message. */
export function tail(output) {
  return output.trimEnd().split('\n').slice(-SHOWN_LINES).map((line) => `    ${line}`).join('\n');
}

export function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Passes Ctrl-C and SIGTERM on and leaves; every step checks its own result, so the next run goes on from here. */
export function leaveOnSignals() {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.once(signal, () => {
      for (const child of running) child.kill(signal);
      process.stderr.write('\nset-up was interrupted; run the same command again to go on\n');
      process.exit(code);
    });
  }
}

/** npm as it was started (npm start says where it lies), else npm from the path. */
export function runNpm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}
