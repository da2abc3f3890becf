// A visitor's kernel runs in a process of its own: one that never ends would hold this one for ever, since a device cannot be stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { EXIT } from '../exit.js';
import type { Terminal } from '../terminal.js';

/** What the child says through its channel: the kernel begins to compile and run, and has done so. */
const notice = z.object({ busy: z.boolean() });

/** The same command line again with `--apart`; its exit code, or 1 where the kernel alone takes longer than `seconds`. */
export async function runApart(seconds: number, terminal: Terminal): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1), '--apart'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const stopped = endIfBusy(child, seconds);
  const written = [forward(child.stdout, terminal.out), forward(child.stderr, terminal.err)];
  const [code] = (await once(child, 'close')) as [number | null];
  await Promise.all(written);
  if (!stopped()) return code ?? EXIT.failed;
  terminal.err(`your kernel: expected it to end within ${seconds} s, it did not and was stopped; does a loop never end? A slow one gets more with --timeout`);
  return EXIT.failed;
}

/** Ends the child once it was busy with the kernel for so long; whether that happened. */
function endIfBusy(child: ChildProcess, seconds: number): () => boolean {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  child.on('message', (message) => {
    clearTimeout(timer);
    if (!notice.parse(message).busy) return;
    timer = setTimeout(() => {
      stopped = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
  });
  child.on('close', () => clearTimeout(timer));
  return () => stopped;
}

/** Whole lines; done when the stream is. */
async function forward(stream: NodeJS.ReadableStream | null, write: (text: string) => void): Promise<void> {
  if (stream) for await (const line of createInterface({ input: stream })) write(line);
}

/** In the child: ends with the parent, however busy the device is. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(EXIT.failed));
  process.channel?.unref();
}
