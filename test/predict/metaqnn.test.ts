// The paper's own curves: 1,000 CNNs x 20 epochs on CIFAR-10, 100 to train on, a quarter of the curve seen. One split of
// one seed; the paper's table over ten comes with `evaluate`. Needs FORETELL_DATA.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng, tauOf } from '../../src/core/index.js';
import { nativeSolver, parseFeatureParts, rSquared, SrmPredictor, type SrmKind, type TrainingRow } from '../../src/predict/index.js';

const EPOCHS = 20;
const file = join(process.env.FORETELL_DATA ?? '', 'curves/accelerating_nas/metaqnn_cifar10.csv');
const missing = process.env.FORETELL_DATA === undefined || !existsSync(file);

/** `net` is quoted and holds commas; the other columns are num_params, depth, lr and the scores. */
function readRows(): TrainingRow[] {
  return readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1).map((line, trial) => {
    const numbers = line.slice(line.lastIndexOf('"') + 1).split(',').slice(2).map(Number);
    const [weights = NaN, depth = NaN, rate = NaN, ...curve] = numbers;
    return { trial, curve, ap: { weights, depth }, hp: { rate } };
  });
}

async function score(kind: SrmKind): Promise<number> {
  const rows = createRng('metaqnn').shuffle(readRows());
  const tau = tauOf(0.25, EPOCHS);
  const predictor = new SrmPredictor({ kind, solver: nativeSolver, features: parseFeatureParts('TS+AP+HP'), scale: 'auto', sigma: 'loo', draws: 200 });
  const fitted = await predictor.fit({ rows: rows.slice(0, 100), horizon: EPOCHS, taus: [tau], rng: createRng('fit') });
  const rest = rows.slice(100);
  const means = await Promise.all(rest.map(async (row) => (await fitted.predict(row, tau)).mean));
  return rSquared(rest.map(({ curve }) => curve[EPOCHS - 1] as number), means);
}

describe.skipIf(missing)('curves of the paper (skipped where FORETELL_DATA does not hold them)', () => {
  it('reads 1,000 curves of 20 epochs', () => {
    const rows = readRows();
    expect(rows.length).toBe(1000);
    expect(rows.every(({ curve }) => curve.length === EPOCHS && curve.every((y) => y > 0 && y < 1))).toBe(true);
  });

  it.each(['svr-rbf', 'svr-linear', 'ols'] as const)('%s explains at least .92 of the variance of the other 900', async (kind) => {
    expect(await score(kind)).toBeGreaterThan(0.92);
  });

  it('the last seen score explains about half', async () => {
    expect(await score('last')).toBeLessThan(0.7);
  });
});
