// The folder in which tuning evidence outlives a process: what is damaged or foreign is never used, writers never meet.
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, copyFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { openTuneStore } from '../../src/host/index.js';

interface Entry {
  readonly key: { readonly driver: string };
  readonly best: string;
}

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'foretell-tune-')), 'tune');
  warnings = [];
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const open = () =>
  openTuneStore<Entry['key'], Entry>({
    folder,
    parse(value) {
      if (typeof (value as Entry).best !== 'string') throw new DataError('expected best, got none');
      return value as Entry;
    },
    keyOf: ({ key }) => key,
    warn: (message) => warnings.push(message),
  });
const entry = (driver: string, best = 'tiled'): Entry => ({ key: { driver }, best });
const files = (ending = '.json') => readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));

describe('tune store', () => {
  it('gives back what was put under the same key, in another process too, and nothing else', async () => {
    expect(await open().all()).toEqual([]);
    await open().put(entry('1'));
    await open().put(entry('2', 'plain'));
    await open().put(entry('1', 'subgroup'));
    expect(await open().get({ driver: '1' })).toEqual(entry('1', 'subgroup'));
    expect(await open().get({ driver: '3' })).toBeNull();
    expect((await open().all()).map(({ best }) => best).sort()).toEqual(['plain', 'subgroup']);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.json'))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('sets a file cut in half aside, says so, and takes the next measurement', async () => {
    await open().put(entry('1'));
    const [file = ''] = files();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    expect(await open().get({ driver: '1' })).toBeNull();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${file}: `);
    expect(files('.unusable')).toHaveLength(1);
    expect(await open().get({ driver: '1' })).toBeNull();
    expect(warnings).toHaveLength(1);
    await open().put(entry('1', 'plain'));
    expect(await open().get({ driver: '1' })).toEqual(entry('1', 'plain'));
  });

  it.each([
    ['empty', ''],
    ['binary', '\u0000\u0001'],
    ['of another program', '{"hello":"world"}'],
    ['of another format', '{"format":"foretell-tune-0","entry":{"key":{"driver":"1"},"best":"tiled"}}'],
    ['of another shape', '{"format":"foretell-tune-1","entry":{"key":{"driver":"1"}}}'],
    ['of another key', '{"format":"foretell-tune-1","entry":{"key":{"driver":"2"},"best":"tiled"}}'],
  ])('never uses a file that is %s', async (_, text) => {
    await open().put(entry('1'));
    writeFileSync(files()[0] ?? '', text);
    expect(await open().all()).toEqual([]);
    expect(warnings).toHaveLength(1);
    await open().put(entry('1'));
    writeFileSync(files()[0] ?? '', text);
    expect(await open().get({ driver: '1' })).toBeNull();
    expect(files()).toEqual([]);
  });

  it('never uses a copy under another name', async () => {
    await open().put(entry('1'));
    copyFileSync(files()[0] ?? '', join(folder, `${'0'.repeat(32)}.json`));
    expect(await open().all()).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  it('clears its own files and leaves others', async () => {
    await open().put(entry('1'));
    await open().put(entry('2'));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(files()[0] ?? '', 'x');
    expect(await open().all()).toHaveLength(1);
    expect(await open().clear()).toBe(1);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('warns once where it cannot write, and goes on', async () => {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, 'a file where the folder should be');
    const store = open();
    await store.put(entry('1'));
    await store.put(entry('2'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('FORETELL_CACHE');
  });

  it('holds whole entries while several processes write the same ones', async () => {
    const program = join(folder, '..', 'writer.mjs');
    const source = join(import.meta.dirname, '../../src/host/tune-store.ts');
    const { build } = await import('rolldown');
    await build({ input: source, platform: 'node', tsconfig: false, external: (id) => !id.startsWith('.') && !id.startsWith('/'), output: { file: join(import.meta.dirname, `../../node_modules/.cache/tune-store-${process.pid}.mjs`), format: 'esm' }, logLevel: 'silent' });
    const bundle = join(import.meta.dirname, `../../node_modules/.cache/tune-store-${process.pid}.mjs`);
    writeFileSync(program, `
      import { openTuneStore } from ${JSON.stringify(bundle)};
      const store = openTuneStore({ folder: ${JSON.stringify(folder)}, parse: (v) => { if (v.best.length !== 20000) throw new Error('torn'); return v; }, keyOf: (e) => e.key, warn: (m) => { console.error(m); process.exitCode = 3; } });
      for (let i = 0; i < 100; i++) {
        await store.put({ key: { driver: String(i % 3) }, best: process.argv[2].repeat(20000) });
        await store.get({ driver: String((i + 1) % 3) });
      }
    `);
    try {
      const codes = await Promise.all(['a', 'b', 'c'].map((letter) => new Promise((resolve) => fork(program, [letter], { execArgv: [] }).on('exit', resolve))));
      expect(codes).toEqual([0, 0, 0]);
      expect(files()).toHaveLength(3);
      for (const file of files()) expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'foretell-tune-1' });
    } finally {
      rmSync(bundle);
    }
  });
});
