// Sources that rank by a surrogate: the contract for both of them, that they find what there is to find, and what they journal.
import { describe, expect, it } from 'vitest';
import { createRng, type FitRecord, type StoredEvent } from '../../../src/core/index.js';
import { gaussianProcess, nativeSolver, RegressionSurrogate, type Surrogate } from '../../../src/predict/index.js';
import { boDefaults, boSource, guidedSource, poolDomain, spaceDomain, type Source } from '../../../src/search/index.js';
import { sourceContract } from '../../contracts/source.js';
import { CurveSpace } from '../../predict/synthetic.js';
import { cells, playSource } from './cells.js';

const pool = Array.from({ length: 60 }, (_, i) => new CurveSpace().sample(createRng('pool').fork(i)));
const few = { ...boDefaults, initial: 8, candidates: 60 };
const ridge = (): Surrogate => new RegressionSurrogate({ kind: 'ridge', draws: 10, solver: nativeSolver });
const forest = (): Surrogate => new RegressionSurrogate({ kind: 'rf', draws: 2, solver: nativeSolver });

sourceContract('bo by a Gaussian process over a space', () => boSource(spaceDomain(new CurveSpace()), gaussianProcess, few, createRng(3)));
sourceContract('bo by a forest over a pool, Thompson sampling', () => boSource(poolDomain(pool), forest(), { ...few, acquisition: 'thompson', round: 4 }, createRng(3)));
sourceContract('guided search over a space', () => guidedSource(spaceDomain(new CurveSpace()), ridge(), { initial: 8, round: 5, refit: true, candidates: 60, explore: 0.1 }, createRng(3)));

sourceContract('guided search by a predictor made worse', () => guidedSource(spaceDomain(new CurveSpace()), ridge(), { initial: 8, round: 5, refit: true, candidates: 60, explore: 0, noise: 1 }, createRng(3)));

const recording = (source: Source, records: FitRecord[]): Source => ({
  settings: source.settings,
  tell: (event: StoredEvent) => {
    if (event.type === 'fit') records.push(event.record);
    source.tell(event);
  },
  next: (trial) => source.next(trial),
});

describe('a source that ranks', () => {
  const { pool: all, worth } = cells();
  const best = Math.max(...all.map(worth));

  it.each([
    ['bo, expected improvement', () => boSource(poolDomain(all), gaussianProcess, { ...few, acquisition: 'ei' }, createRng(5))],
    ['bo, upper confidence bound', () => boSource(poolDomain(all), gaussianProcess, { ...few, acquisition: 'ucb' }, createRng(5))],
    ['guided', () => guidedSource(poolDomain(all), ridge(), { initial: 8, round: 4, refit: true, candidates: 1, explore: 0 }, createRng(5))],
  ])('finds the best of 243 cells within 45 by %s', async (_name, make) => {
    expect((await playSource(make(), worth, 45)).indexOf(best)).toBeGreaterThan(-1);
  });

  it('journals a fit a round, and keeps its hyper-parameters until there are a tenth more scores', async () => {
    const records: FitRecord[] = [];
    await playSource(recording(boSource(poolDomain(all), gaussianProcess, few, createRng(5)), records), worth, 32);
    expect(records).toHaveLength(24);
    const tuned = records.map(({ tunedOn }) => Number(tunedOn));
    expect(tuned.slice(0, 3)).toEqual([8, 9, 10]);
    expect(new Set(tuned).size).toBeLessThan(24);
    const kept = records.findIndex(({ scores, tunedOn }) => scores !== tunedOn);
    expect(records[kept]?.['chosen']).toEqual(records[kept - 1]?.['chosen']);
  });

  it('finds worse ones the more noise is added to what it ranks', async () => {
    const meanAt = async (noise: number): Promise<number> => {
      const tried = await playSource(guidedSource(poolDomain(all), ridge(), { initial: 8, round: 4, refit: true, candidates: 1, explore: 0, noise }, createRng(5)), worth, 60);
      return tried.slice(8).reduce((sum, y) => sum + y, 0) / (tried.length - 8);
    };
    const [clean, some, much] = [await meanAt(0), await meanAt(1), await meanAt(20)];
    expect([clean > some, some > much]).toEqual([true, true]);
    const plain = await playSource(guidedSource(poolDomain(all), ridge(), { initial: 8, round: 4, refit: true, candidates: 1, explore: 0 }, createRng(5)), worth, 60);
    expect(plain.slice(8).reduce((sum, y) => sum + y, 0) / 52).toBe(clean);
    expect(() => guidedSource(poolDomain(all), ridge(), { initial: 8, round: 4, refit: true, candidates: 1, explore: 0, noise: -1 }, createRng(5))).toThrow(/noise of at least 0, got -1/);
  });

  it('fits once where it is not to refit, and goes down that one list', async () => {
    const records: FitRecord[] = [];
    const tried = await playSource(recording(guidedSource(poolDomain(all), ridge(), { initial: 8, round: 4, refit: false, candidates: 100, explore: 0 }, createRng(5)), records), worth, 60);
    expect(tried).toHaveLength(60);
    expect(records).toMatchObject([{ by: 'guided', trial: 8, scores: 8 }]);
  });

  it('goes on at random where a fit fails, says so, and tries again in the next round', async () => {
    let fits = 0;
    const broken: Surrogate = { settings: { name: 'broken' }, fit: () => (fits++, Promise.reject(new RangeError('singular'))) };
    const records: FitRecord[] = [];
    const tried = await playSource(recording(guidedSource(poolDomain(all), broken, { initial: 4, round: 3, refit: true, candidates: 1, explore: 0 }, createRng(1)), records), worth, 13);
    expect(tried).toHaveLength(13);
    expect(records).toMatchObject([{ by: 'guided', trial: 4, error: 'singular' }, { trial: 7 }, { trial: 10 }]);
    expect(fits).toBe(3);
  });

  it('lies about what is running, so that proposals side by side differ by more than their rank', async () => {
    const offerAfterOpen = async (liar: 'none' | 'max'): Promise<unknown> => {
      const source = boSource(poolDomain(all), gaussianProcess, { ...few, liar }, createRng(5));
      const tell = (event: object, seq: number): void => source.tell({ ...event, seq, time: 0 } as StoredEvent);
      for (let trial = 0, seq = 1; trial < 14; trial++) {
        const candidate = all[trial * 17] as (typeof all)[0];
        tell({ type: 'start', trial, candidate, until: 1 }, seq++);
        if (trial < 10) tell({ type: 'value', trial, y: worth(candidate), at: 1, predicted: false }, seq++);
      }
      return (await source.next(14))?.candidate;
    };
    expect(await offerAfterOpen('max')).not.toEqual(await offerAfterOpen('none'));
  });

  it('learns from failures as from the worst, and from what was predicted', async () => {
    const records: FitRecord[] = [];
    const source = recording(boSource(poolDomain(all), gaussianProcess, few, createRng(5)), records);
    for (let trial = 0; trial < 10; trial++) {
      const candidate = all[trial * 17] as (typeof all)[0];
      source.tell({ type: 'start', trial, candidate, until: 1, seq: 2 * trial + 1, time: 0 });
      if (trial % 3 === 2) source.tell({ type: 'fail', trial, attempt: 1, kind: 'diverged', message: 'not a number', seq: 2 * trial + 2, time: 0 });
      else source.tell({ type: 'value', trial, y: worth(candidate), at: 1, predicted: trial % 3 === 1, seq: 2 * trial + 2, time: 0 });
    }
    expect((await source.next(10))?.record).toMatchObject({ by: 'bo', trial: 10, scores: 10 });
  });
});
