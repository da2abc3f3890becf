// A visitor's kernel runs in a process of its own: one that never ends would hold this one for ever, since a device cannot be stopped.
import { spawn } from 'node:child_process';
import { EXIT } from '../exit.js';
import type { Terminal } from '../terminal.js';

/** The same command line again with `--apart`; its exit code, or 1 after `seconds`. */
export function runApart(seconds: number, terminal: Terminal): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1), '--apart'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const forward = (stream: NodeJS.ReadableStream, write: (text: string) => void): void => void stream.on('data', (bytes: Buffer) => write(bytes.toString().replace(/\n$/, '')));
  forward(child.stdout, terminal.out);
  forward(child.stderr, terminal.err);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      terminal.err(`your kernel: expected it to end within ${seconds} s, it did not and was stopped; does a loop never end? A slow one gets more with --timeout`);
      resolve(EXIT.failed);
    }, seconds * 1000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? EXIT.failed);
    });
  });
}
