// This program again, in a process of its own: for work that is spread over the cores (it answers in JSON lines), or that must not keep this one
// busy (it talks over a channel).
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ForetellError, messageOf, UsageError } from '../core/index.js';
import { EXIT } from './exit.js';

/** Starts `foretell ARGS` with a channel of JSON messages; its words go to standard error. */
export function startOwn(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, process.argv[1] as string, ...args], { stdio: ['ignore', 2, 2, 'ipc'] });
}

/** Runs `foretell ARGS` and hands on each line. Throws the process's own words where it fails; ends quietly where `signal` aborts. */
export function runOwn(args: readonly string[], onLine: (line: unknown) => void, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  createInterface(child.stdout).on('line', (line) => onLine(JSON.parse(line)));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => (signal.aborted ? resolve() : reject(new ForetellError(`${args[0] ?? ''}: a process of its own did not start (${messageOf(cause)}); try --parallel 1`, { cause }))));
    child.on('close', (code) => {
      if (code === 0 || signal.aborted) resolve();
      else reject(new (code === EXIT.usage ? UsageError : ForetellError)(faults.trim().replace(/^foretell: /, '') || `${args[0] ?? ''}: a process of its own ended with ${code}; try --parallel 1`));
    });
  });
}

/** Work items over so many workers, each taking the next; the first failure ends the others and is thrown. */
export async function inParallel<T>(items: readonly T[], workers: number, work: (item: T, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !either.aborted) await work(items[next++] as T, either);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, items.length) }, worker));
  } finally {
    ending.abort();
  }
  signal.throwIfAborted();
}
