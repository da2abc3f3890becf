// Executes the table of rooms in docs/architecture.md: who may import whom, through which door, and no cycles.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

const MAY_IMPORT: Record<string, readonly string[] | 'all'> = {
  core: [],
  gpu: ['core'],
  tune: ['gpu', 'core'],
  ops: ['tune', 'gpu', 'core'],
  data: ['core'],
  nn: ['ops', 'tune', 'gpu', 'data', 'core'],
  predict: ['nn', 'ops', 'gpu', 'data', 'core'],
  search: ['predict', 'core'],
  study: ['core'],
  experiments: ['study', 'search', 'predict', 'data', 'core'],
  parts: ['search', 'predict', 'ops', 'data', 'core'],
  report: ['study', 'core'],
  fleet: ['study', 'core'],
  host: ['data', 'core'],
  dashboard: ['report', 'study', 'predict', 'tune', 'core'],
  bench: 'all',
  web: 'all',
  cli: 'all',
  'index.ts': 'all',
  'direction.ts': ['core'],
  setup: [],
};
/** Rooms that must run in a browser too: kernel source, bytes and the GPU object are handed in. */
const BROWSER_ROOMS = ['core', 'gpu', 'tune', 'ops', 'data', 'nn'];

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => name.replaceAll('\\', '/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const pattern = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map((m) => ({ file, target: m[3] ?? (m[4] as string), typeOnly: m[2] !== undefined }));
}

const roomOf = (path: string): string => path.split('/')[0] as string;

function resolveTarget({ file, target }: Import): string | null {
  if (!target.startsWith('.')) return null;
  return relative(SRC, resolve(SRC, dirname(file), target)).replaceAll('\\', '/').replace(/\.js$/, '.ts');
}

const files = sourceFiles();
const imports = files.flatMap(importsOf);
const local = imports.flatMap((i) => {
  const to = resolveTarget(i);
  return to === null || to.startsWith('..') ? [] : [{ ...i, to }];
});

describe('rooms', () => {
  it('finds the code it is about', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(local.length).toBeGreaterThan(100);
  });

  it('every file stands in a room of the table', () => {
    expect(files.filter((file) => !(roomOf(file) in MAY_IMPORT))).toEqual([]);
  });

  it('no arrow that the table does not have', () => {
    const wrong = local.filter(({ file, to }) => {
      const allowed = MAY_IMPORT[roomOf(file)];
      return roomOf(file) !== roomOf(to) && allowed !== 'all' && !allowed?.includes(roomOf(to));
    });
    expect(wrong.map((w) => `${w.file} -> ${w.to}`)).toEqual([]);
  });

  it('a room is entered through its index.ts', () => {
    const wrong = local.filter(({ file, to }) => roomOf(file) !== roomOf(to) && to !== `${roomOf(to)}/index.ts` && to.includes('/'));
    expect(wrong.map((w) => `${w.file} -> ${w.to}`)).toEqual([]);
  });

  it('no cycle between files', () => {
    const edges = new Map<string, string[]>();
    for (const { file, to } of local) edges.set(file, [...(edges.get(file) ?? []), to]);
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('what must run in a browser imports nothing from Node', () => {
    const node = new Set(builtinModules);
    const wrong = imports.filter((i) => BROWSER_ROOMS.includes(roomOf(i.file)) && (i.target.startsWith('node:') || node.has(i.target)));
    expect(wrong.map((w) => `${w.file} -> ${w.target}`)).toEqual([]);
  });

  it('no barrel exports everything', () => {
    const wrong = files.filter((file) => /export \* from/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
