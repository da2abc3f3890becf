import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadCurveSet, openTable, readyNames } from '../../src/host/index.js';

const folder = mkdtempSync(join(tmpdir(), 'foretell-curves-'));
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const manifest = (name: string, file: string): string =>
  write(`${name}.json`, JSON.stringify({ name, files: file, metric: { columns: 'e{n}', direction: 'max' } }));

describe('curve files', () => {
  it('reads plain and gzip CSV, Windows line ends, quotes and a byte order mark alike', async () => {
    const text = '\ufeffid,note,e1,e2\r\n0,"a, ""b""",.1,.2\r\n1,c,.3,.4\r\n';
    for (const file of [write('plain.csv', text), write('packed.csv.gz', gzipSync(text))]) {
      const table = await openTable(file);
      const records = [];
      for await (const record of table.records) records.push(record);
      expect([table.columns, records]).toEqual([['id', 'note', 'e1', 'e2'], [['0', 'a, "b"', '.1', '.2'], ['1', 'c', '.3', '.4']]]);
    }
  });

  it('refuses files that are missing, empty, cut or badly quoted, each with its path', async () => {
    await expect(openTable(join(folder, 'none.csv'))).rejects.toThrow(/none.csv: expected a readable file/);
    await expect(openTable(write('empty.csv', ''))).rejects.toThrow(/empty.csv: expected a header/);
    const cut = write('cut.csv.gz', gzipSync(`e1\n${'1\n'.repeat(50_000)}`).subarray(0, 60));
    await expect(loadCurveSet(manifest('cut', 'cut.csv.gz'), {})).rejects.toThrow(new RegExp(cut));
    write('quote.csv', 'e1\n"1\n2\n');
    await expect(loadCurveSet(manifest('quote', 'quote.csv'), {})).rejects.toThrow(/Quote/);
  });

  it('finds a manifest by path or name, files beside it or in the folder given, and says where it looked', async () => {
    write('t.csv', 'e1,e2\n.1,.2\n');
    const path = manifest('t', 'sub/t.csv');
    expect((await loadCurveSet(path, { env: {} })).rows).toHaveLength(1);
    expect((await loadCurveSet('t', { env: {}, ready: [], folder })).epochs).toBe(2);
    const gone = manifest('gone', 'gone.csv');
    await expect(loadCurveSet(gone, { env: {}, folder: '/elsewhere' })).rejects.toThrow(/expected gone.csv, which is not on this machine(.|\n)*\/elsewhere/);
    await expect(loadCurveSet('nothing', { env: {} })).rejects.toThrow(/one of .*metaqnn_cifar10/);
  });

  it('holds 100,000 rows in bounded memory', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `${i % 7},.1,.2,.3,.4`).join('\n');
    write('many.csv', `w,e1,e2,e3,e4\n${lines}\n`);
    const path = write('many.json', JSON.stringify({ name: 'many', files: 'many.csv', metric: { columns: 'e{n}', direction: 'max' }, architecture: ['w'] }));
    const before = process.memoryUsage().rss;
    const set = await loadCurveSet(path, { env: {} });
    expect(set.rows).toHaveLength(100_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  });
});

describe.skipIf((process.env['FORETELL_DATA'] ?? '') === '')('ready manifests (need FORETELL_DATA)', () => {
  it.each([
    ['metaqnn_cifar10', 1000, 20, 1000], ['deep_resnets_cifar10', 486, 50, 486], ['deep_resnets_tinyimagenet', 684, 140, 615], ['alexnet_imagenet', 974, 500, 974],
    ['lstm_ptb', 280, 60, 280], ['lcnet-cifar10-cnn', 265, 40, 265], ['spikenas-bench', 3000, 100, 3000], ['ptb-lstm-lcp', 3000, 15, 3000],
    ['nasbench-nlp-wikitext2', 345, 50, 291], ['nasbench201', 15625, 2, 15625], ['metaqnn-svhn-replay', 1910, 1, 1789], ['tfhpo-mnist-cnn', 162, 85, 162],
  ])('%s: %i rows x %i epochs, %i configurations', async (name, rows, epochs, groups) => {
    const set = await loadCurveSet(name);
    expect([set.rows.length, set.epochs, new Set(set.rows.map(({ group }) => group)).size]).toEqual([rows, epochs, groups]);
  });

  it('has a manifest for each', () => {
    expect(readyNames().length).toBeGreaterThanOrEqual(12);
  });
});
