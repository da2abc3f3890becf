// A curve set as files of a folder, for the tests of commands that take one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { madeSet } from '../experiments/made-set.js';

/** Writes NAME.csv and NAME.json: MetaQNN networks of two convolutions, the wider the better. */
export function writeNetworks(folder: string, name: string, epochs: number): void {
  const convs = [64, 128, 256, 512].flatMap((filters) => [1, 3, 5].map((size) => `C(${filters},${size},1)`));
  const finals = convs.flatMap((a, i) => convs.map((b, j) => [`[${a}, ${b}, D(1,1), SM(10)]`, 0.3 + 0.02 * (i + j)] as const));
  const lines = finals.map(([net, final]) => [`"${net}"`, ...Array.from({ length: epochs }, (_, e) => final * (1 - 0.5 ** (e + 1)))].join(','));
  writeFileSync(path.join(folder, `${name}.csv`), [['net', ...Array.from({ length: epochs }, (_, i) => `e${i + 1}`)].join(','), ...lines].join('\n'));
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify({ name, files: `${name}.csv`, metric: { columns: 'e{n}', direction: 'max' }, architecture: ['net'], network: 'net' }));
}

/** Writes NAME.csv and NAME.json: rising curves whose level and rate are columns. */
export function writeCurves(folder: string, name: string, rows: number, epochs: number): void {
  const set = madeSet(rows, epochs, { noise: 0.005 });
  const lines = set.rows.map(({ curve, ap, hp }) => [ap['width'], hp['rate'], ...curve].join(','));
  const header = ['width', 'rate', ...Array.from({ length: epochs }, (_, i) => `e${i + 1}`)].join(',');
  writeFileSync(path.join(folder, `${name}.csv`), [header, ...lines].join('\r\n'));
  const manifest = { name, files: `${name}.csv`, metric: { columns: 'e{n}', direction: 'max' }, architecture: ['width'], hyperparameters: ['rate'] };
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(manifest));
}
