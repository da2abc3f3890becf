// Cross-fitting: no run is read by a model that saw its configuration.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { CrossFittedPredictor, type CurvePredictor, type FittedPredictor, type PredictorFitRequest, type TrainingRow } from '../../src/predict/index.js';

/** Answers with the number of rows like the one that is asked about: 0 where it saw none. */
const remembering: CurvePredictor = {
  settings: { name: 'remembering' },
  fit: ({ rows, horizon, taus, chosen }: PredictorFitRequest): Promise<FittedPredictor> => Promise.resolve({
    horizon, taus, chosen: chosen ?? rows.length, summary: {},
    predict: ({ hp }) => Promise.resolve({ mean: rows.filter((row) => row.hp['x'] === hp['x']).length, below: () => 0 }),
  }),
};
const rows: TrainingRow[] = Array.from({ length: 60 }, (_, trial) => ({ trial, curve: [0, 1], ap: {}, hp: { x: trial % 20 } }));
const fit = (predictor: CurvePredictor, chosen?: FittedPredictor['chosen']) => predictor.fit({ rows, horizon: 2, taus: [1], rng: createRng(1), ...(chosen === undefined ? {} : { chosen }) });

describe('a cross-fitted predictor', () => {
  it('reads each run by a model without its configuration, its repeats too', async () => {
    const [plain, apart] = [await fit(remembering), await fit(new CrossFittedPredictor(remembering, 4))];
    for (const row of rows) {
      expect((await plain.predict(row, 1)).mean).toBe(3);
      expect((await apart.predict(row, 1)).mean).toBe(0);
    }
  });

  it('keeps what was chosen, a fold at a time', async () => {
    const predictor = new CrossFittedPredictor(remembering, 4);
    const first = await fit(predictor);
    expect((first.chosen as number[]).reduce((a, b) => a + b)).toBe(3 * 60);
    expect((await fit(predictor, [7, 8, 9, 10])).chosen).toEqual([7, 8, 9, 10]);
    expect(predictor.settings).toEqual({ name: 'remembering', folds: 4 });
  });
});
