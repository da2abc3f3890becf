// Orderings over processes: each runs this very command line for its share of them and answers with a JSON line an ordering. The
// outcome of an ordering depends on its number alone, so how many processes there are changes nothing but the time.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ForetellError, messageOf, UsageError } from '../../core/index.js';
import { EXIT } from '../exit.js';
import type { Outcome } from '../../experiments/index.js';

export interface NumberedOutcome extends Outcome {
  readonly ordering: number;
}

/** Throws ForetellError with the words of the first process that failed; the others are ended. */
export async function spread(orderings: readonly number[], processes: number, take: (outcome: NumberedOutcome) => void, signal: AbortSignal): Promise<void> {
  const shares = Array.from({ length: processes }, (_, p) => orderings.filter((_, k) => k % processes === p));
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  try {
    await Promise.all(shares.map((share) => replayApart(share, take, either)));
  } finally {
    ending.abort();
  }
  signal.throwIfAborted();
}

function replayApart(share: readonly number[], take: (outcome: NumberedOutcome) => void, signal: AbortSignal): Promise<void> {
  const args = [...process.execArgv, process.argv[1] as string, ...withoutJson(process.argv.slice(2)), '--json', '--only', share.join(',')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  createInterface(child.stdout).on('line', (line) => take(JSON.parse(line) as NumberedOutcome));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => (signal.aborted ? resolve() : reject(new ForetellError(`replay: a process of the orderings did not start (${messageOf(cause)}); try --parallel 1`, { cause }))));
    child.on('close', (code) => {
      if (code === 0 || signal.aborted) resolve();
      else reject(new (code === EXIT.usage ? UsageError : ForetellError)(faults.trim().replace(/^foretell: /, '') || `replay: a process of the orderings ended with ${code}; try --parallel 1`));
    });
  });
}

/** `--json` and its file are this process's own. */
function withoutJson(args: readonly string[]): string[] {
  return args.filter((arg, i) => {
    if (arg === '--json' || arg.startsWith('--json=')) return false;
    return !(args[i - 1] === '--json' && !arg.startsWith('-'));
  });
}
