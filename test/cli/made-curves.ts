// A curve set as files of a folder, for the tests of commands that take one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { madeSet } from '../experiments/made-set.js';

/** Writes NAME.csv and NAME.json: rising curves whose level and rate are columns. */
export function writeCurves(folder: string, name: string, rows: number, epochs: number): void {
  const set = madeSet(rows, epochs, { noise: 0.005 });
  const lines = set.rows.map(({ curve, ap, hp }) => [ap['width'], hp['rate'], ...curve].join(','));
  const header = ['width', 'rate', ...Array.from({ length: epochs }, (_, i) => `e${i + 1}`)].join(',');
  writeFileSync(path.join(folder, `${name}.csv`), [header, ...lines].join('\r\n'));
  const manifest = { name, files: `${name}.csv`, metric: { columns: 'e{n}', direction: 'max' }, architecture: ['width'], hyperparameters: ['rate'] };
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(manifest));
}
