// The command line as a user types it: a child process in an empty folder. The program is bundled from src/ with the fake
// machine in the real one's place, so no build and no GPU is needed.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'rolldown';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves once standard error holds the text. */
  until(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface CommandLine {
  readonly folder: string;
  run(args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  start(args: readonly string[], env?: Record<string, string>): Running;
  remove(): void;
}

/**
 * `entry`: what is run, from the root. Its chunks lie two levels below it, as the compiled files do: the addon and package.json are
 * sought from there. A chunk a lazy import, so that a command pays for what it loads, as users do.
 */
export async function openCommandLine(entry = 'test/cli/fake-main.ts'): Promise<CommandLine> {
  const cache = path.join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const name = `foretell-cli-${process.pid}-${Date.now()}`;
  const program = path.join(cache, `${name}.mjs`);
  const { output } = await build({
    input: path.join(ROOT, entry),
    platform: 'node',
    tsconfig: false,
    // Packages stay outside, but for the bundler's own helpers, which are no package of ours.
    external: (id) => !id.startsWith('.') && !path.isAbsolute(id) && !id.startsWith('@oxc-project/'),
    output: { dir: cache, entryFileNames: `${name}.mjs`, chunkFileNames: `${name}-[name]-[hash].mjs`, format: 'esm' },
    logLevel: 'silent',
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'foretell-cli-'));
  const start: CommandLine['start'] = (args, env = {}) => watch(spawn(process.execPath, [program, ...args], { cwd: folder, env: { ...process.env, CI: '', ...env } }));
  return {
    folder,
    start,
    run: (args, env) => start(args, env).ended,
    remove: () => [...output.map(({ fileName }) => path.join(cache, fileName)), folder].forEach((file) => rmSync(file, { recursive: true, force: true })),
  };
}

function watch(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const { text, resolve } of waiting) if (stderr.includes(text)) resolve();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (stderr.includes(text)) return resolve();
      waiting.push({ text, resolve });
      void ended.then(() => reject(new Error(`expected "${text}" on standard error, the process ended with\n${stderr}`)));
    });
  return { child, until, ended };
}
