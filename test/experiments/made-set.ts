// Curve sets made by arithmetic, for the tests of experiments.
import { createRng } from '../../src/core/index.js';
import type { CurveRow, CurveSet } from '../../src/data/index.js';

/** Curves that rise towards a level that the column `width` tells exactly; `noise` on every score. */
export function madeSet(rows: number, epochs: number, change: { readonly name?: string; readonly seed?: number; readonly noise?: number; readonly perGroup?: number } = {}): CurveSet {
  const { name = 'made', seed = 1, noise = 0, perGroup = 1 } = change;
  const made = Array.from({ length: rows }, (_, i): CurveRow => {
    const configuration = createRng(seed).fork('configuration', Math.floor(i / perGroup));
    const [width, rate] = [configuration.uniform(0.2, 0.9), configuration.uniform(0.2, 0.8)];
    const rng = createRng(seed).fork('row', i);
    const curve = Array.from({ length: epochs }, (_, e) => width * (1 - Math.exp(-rate * (e + 1))) + noise * rng.normal());
    return { id: String(i), group: String(Math.floor(i / perGroup)), curve, ap: { width }, hp: { rate }, architecture: null };
  });
  return { name, epochs, metric: { name: 'accuracy', direction: 'maximise', transform: 'none', unit: { scale: 1, offset: 0 } }, rows: made, notes: [] };
}
