// `foretell` as a user runs it, for benches that measure or break real processes.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const FORETELL = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export interface RunningForetell {
  readonly child: ChildProcess;
  /** Resolves when it has ended well. Throws its own words where it did not. */
  readonly ended: Promise<void>;
  /** Resolves when it has said that. */
  until(words: string): Promise<void>;
}

export function startForetell(args: readonly string[]): RunningForetell {
  const child = spawn(process.execPath, [FORETELL, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`foretell ${args.join(' ')}: ended with ${String(code)}\n${said}`))));
  });
  ended.catch(() => undefined);
  const until = (words: string): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve) => {
        const look = (): void => void (said.includes(words) && resolve());
        child.stderr.on('data', look);
        look();
      }),
      ended.then(() => Promise.reject(new Error(`foretell ${args.join(' ')}: expected it to say ${JSON.stringify(words)}, it ended without`))),
    ]);
  return { child, ended, until };
}

export async function killed({ child, ended }: RunningForetell): Promise<void> {
  child.kill('SIGKILL');
  await ended.catch(() => undefined);
}

/** A small real search, alike on one machine and on a fleet. */
export interface RealSearch {
  readonly trials: number;
  readonly epochs: number;
  readonly images: number;
  readonly data: string;
}

export function realSearch({ trials, epochs, images, data }: RealSearch, study: string): string[] {
  const sizes = ['--set', `train-size=${images}`, '--set', `validation-size=${Math.min(500, images)}`];
  return ['search', '--data', data, '--rule', 'none', '--parallel', '1', '--trials', String(trials), '--epochs', String(epochs), ...sizes, '--study', study];
}
