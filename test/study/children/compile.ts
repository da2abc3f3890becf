// Runs one of test/study/children in a process of its own, so that it can be killed. Node 20 runs no TypeScript: core, study and the
// children are transpiled once a run into a cache folder inside node_modules, where their packages resolve.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDERS = ['src/core', 'src/study', 'test/study/fakes', 'test/study/children'];

export interface Children {
  start(name: string, ...args: readonly string[]): Child;
  remove(): void;
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the first line that begins with `word`; rejects with all output where the child ends without it. */
  line(word: string): Promise<string>;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

export function compileChildren(): Children {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'foretell-children-'));
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
  for (const folder of FOLDERS) transpileFolder(folder, out);
  return {
    start: (name, ...args) => follow(spawn(process.execPath, [join(out, 'test/study/children', `${name}.js`), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })),
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}

function transpileFolder(folder: string, out: string): void {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((n) => n.endsWith('.ts') && !n.endsWith('.test.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, folder, name), 'utf8'), { compilerOptions: options });
    const target = join(out, folder, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}

function follow(child: ChildProcess): Child {
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const find = (word: string): string | undefined => output.split('\n').slice(0, -1).find((line) => line.startsWith(word));
  return {
    process: child,
    ended,
    line: (word) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = find(word);
          if (found !== undefined) resolve(found);
        };
        child.stdout?.on('data', look);
        look();
        void ended.then(() => reject(new Error(`the child ended without '${word}':\n${output}`)));
      }),
  };
}
