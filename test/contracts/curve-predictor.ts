// The suite of the contract CurvePredictor: every kind's test begins with one call of it.
import { describe, expect, it } from 'vitest';
import { chainGraph, createRng } from '../../src/core/index.js';
import { type CurvePredictor, predictMany, type TrainingRow } from '../../src/predict/index.js';
import { curveOf, CurveSpace } from '../predict/synthetic.js';

const HORIZON = 8;
const TAUS = [1, 3, 7];

export function trainingRows(count: number, seed: string, epochs = HORIZON): TrainingRow[] {
  const space = new CurveSpace();
  return Array.from({ length: count }, (_, trial) => {
    const { ap, hp } = space.sample(createRng(seed).fork(trial));
    const graph = chainGraph(Array<string>(1 + (trial % 4)).fill(trial % 3 === 0 ? 'conv' : 'pool'));
    return { trial, curve: curveOf({ architecture: null, ap, hp }, epochs), ap, hp, graph };
  });
}

export interface ContractOptions {
  /** False: predictions are the observed curve's alone, whatever other runs are there, and none are needed. */
  readonly learnsFromRows?: boolean;
}

export function curvePredictorContract(name: string, makePredictor: () => CurvePredictor, { learnsFromRows = true }: ContractOptions = {}): void {
  describe(`${name} keeps the contract CurvePredictor`, () => {
    const rows = trainingRows(24, 'train');
    const request = { rows, horizon: HORIZON, taus: TAUS, rng: createRng('fit') };
    const probes = trainingRows(5, 'probe');

    const predictAll = async (predictor: CurvePredictor, change: object = {}) => {
      const fitted = await predictor.fit({ ...request, ...change });
      return Promise.all(probes.flatMap((probe) => TAUS.map(async (tau) => {
        const { mean, sigma, below } = await fitted.predict(probe, tau);
        return { mean, sigma, below: below(0.7) };
      })));
    };

    it('gives finite means and probabilities that rise with the bar', async () => {
      const fitted = await makePredictor().fit(request);
      for (const probe of probes) {
        for (const tau of TAUS) {
          const { mean, below } = await fitted.predict(probe, tau);
          expect(Number.isFinite(mean)).toBe(true);
          const p = [-10, 0.3, 0.6, 0.8, 10].map(below);
          expect(p).toEqual([...p].sort((a, b) => a - b));
          expect([p[0], p.at(-1)]).toEqual([0, 1]);
        }
      }
    });

    it('fits the same again, whatever the order of the rows and whatever was fitted before', async () => {
      const first = await predictAll(makePredictor());
      const used = makePredictor();
      await used.fit({ ...request, rows: trainingRows(12, 'others') });
      expect(await predictAll(used)).toEqual(first);
      expect(await predictAll(makePredictor(), { rows: [...rows].reverse() })).toEqual(first);
    });

    it('fits the same, bit for bit, from its journaled choice', async () => {
      const predictor = makePredictor();
      const { chosen } = await predictor.fit(request);
      const journaled: unknown = JSON.parse(JSON.stringify(chosen));
      expect(await predictAll(makePredictor(), { chosen: journaled, rng: createRng('another') })).toEqual(await predictAll(predictor));
    });

    it('does not read past tau', async () => {
      const fitted = await makePredictor().fit(request);
      const probe = probes[0] as TrainingRow;
      const cut = await fitted.predict({ ...probe, curve: probe.curve.slice(0, 3) }, 3);
      expect((await fitted.predict(probe, 3)).mean).toBe(cut.mean);
    });

    it('predicts many as it predicts one', async () => {
      const fitted = await makePredictor().fit(request);
      const many = Array.from({ length: 70 }, (_, i) => probes[i % probes.length] as TrainingRow);
      const together = await predictMany(fitted, many, 3);
      for (const [i, probe] of probes.entries()) {
        const { mean, sigma } = await fitted.predict(probe, 3);
        const close = fitted.predictAll === undefined ? 0 : (sigma ?? 0) / 1000;
        for (const at of [i, i + 65]) if (at < many.length) expect(Math.abs((together[at]?.mean ?? NaN) - mean)).toBeLessThanOrEqual(close);
      }
    });

    it('refuses a tau that was not fitted', async () => {
      const fitted = await makePredictor().fit(request);
      await expect(fitted.predict(probes[0] as TrainingRow, 2)).rejects.toThrow(RangeError);
    });

    if (!learnsFromRows) {
      it('predicts the same from other rows and from none', async () => {
        const first = await predictAll(makePredictor());
        expect(await predictAll(makePredictor(), { rows: trainingRows(3, 'others') })).toEqual(first);
        expect(await predictAll(makePredictor(), { rows: [] })).toEqual(first);
      });
      return;
    }

    it('refuses training sets that it cannot fit', async () => {
      await expect(makePredictor().fit({ ...request, rows: rows.slice(0, 1) })).rejects.toThrow(/expected/);
    });
  });
}
