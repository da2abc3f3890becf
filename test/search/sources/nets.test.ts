// Search by nets: the contract with fits that go on from each other, that they find what there is to find, and what a lost device does.
import { describe, expect, it } from 'vitest';
import { createRng, DeviceLostError, type FitRecord, UsageError, type StoredEvent } from '../../../src/core/index.js';
import { NetPredictor, PredictorSurrogate, type FittedSurrogate, type Surrogate, type SurrogateRow } from '../../../src/predict/index.js';
import { boDefaults, boSource, guidedSource, poolDomain, type Source } from '../../../src/search/index.js';
import { sourceContract } from '../../contracts/source.js';
import { useDevice } from '../../ops/fixture.js';
import { CurveSpace } from '../../predict/synthetic.js';
import { cells, playSource } from './cells.js';

const gpu = useDevice();
const SMALL = { members: 3, epochs: 30, rate: 5e-3, dense: [16], channels: [16, 16] };
const gcn = (): Surrogate => new PredictorSurrogate(new NetPredictor({ kind: 'gcn', features: ['HP'], scale: 'auto', sigma: 'loo', recipe: SMALL, openContext: () => Promise.resolve(gpu.context()) }));
const mlp = (): Surrogate => new PredictorSurrogate(new NetPredictor({ kind: 'mlp', features: ['AP', 'HP'], scale: 'auto', sigma: 'loo', recipe: { ...SMALL, epochs: 10, channels: [] }, openContext: () => Promise.resolve(gpu.context()) }));
const pool = Array.from({ length: 60 }, (_, i) => new CurveSpace().sample(createRng('pool').fork(i)));

sourceContract('guided search by a perceptron, fits that go on', () => guidedSource(poolDomain(pool), mlp(), { initial: 8, round: 5, refit: true, candidates: 1, explore: 0 }, createRng(3)));

/** Which fits a surrogate made, and from which: `4` from scratch on 4 rows, `8<4` on 8 from that. */
function noted(inner: Surrogate, fits: string[]): Surrogate {
  const words = new WeakMap<FittedSurrogate, string>();
  return {
    settings: inner.settings,
    goesOn: true,
    async fit(request) {
      const fitted = await inner.fit(request);
      const word = `${request.rows.length}${request.from === undefined ? '' : `<${words.get(request.from) ?? '?'}`}`;
      words.set(fitted, word);
      fits.push(word);
      return fitted;
    },
  };
}

/** Cheap and worth nothing. */
const flat: Surrogate = { settings: { name: 'flat' }, fit: () => Promise.resolve({ chosen: null, predict: (rows) => Promise.resolve({ mean: new Float64Array(rows.length), sigma: new Float64Array(rows.length).fill(1) }) }) };

function recording(source: Source, events: StoredEvent[]): Source {
  return { settings: source.settings, next: (trial) => source.next(trial), tell: (event) => (events.push(event), source.tell(event)) };
}

describe('a search by nets', () => {
  const { pool: all, worth } = cells();
  const guided = (surrogate: Surrogate): Source => guidedSource(poolDomain(all), surrogate, { initial: 8, round: 4, refit: true, candidates: 1, explore: 0 }, createRng(5));

  it('finds the best of 243 cells within 45 by a graph network', async () => {
    const tried = await playSource(guided(gcn()), worth, 45);
    expect(tried.indexOf(Math.max(...all.map(worth)))).toBeGreaterThan(-1);
  });

  it('takes sigma from the ensemble, so that bo can go by it', async () => {
    const source = boSource(poolDomain(all), gcn(), { ...boDefaults, initial: 8, round: 4 }, createRng(5));
    const tried = await playSource(source, worth, 24);
    const mean = (some: readonly number[]): number => some.reduce((sum, y) => sum + y, 0) / some.length;
    expect(mean(tried.slice(8))).toBeGreaterThan(mean(all.map(worth)) + 0.5);
  });

  it('goes on from the last fit until there are twice as many scores, then begins again; taken up again it makes the chain again', async () => {
    const fits: string[] = [];
    const events: StoredEvent[] = [];
    await playSource(recording(guided(noted(flat, fits)), events), worth, 23);
    expect(fits).toEqual(['8', '12<8', '16', '20<16']);
    const records = events.flatMap((event) => (event.type === 'fit' ? [event.record] : [])) as FitRecord[];
    expect(records.map(({ trial, from }) => [trial, from])).toEqual([[8, undefined], [12, 8], [16, undefined], [20, 16]]);
    const again: string[] = [];
    const resumed = guided(noted(flat, again));
    events.forEach((event) => resumed.tell(JSON.parse(JSON.stringify(event)) as StoredEvent));
    expect(await resumed.next(23)).not.toBeNull();
    expect(again).toEqual(['16', '20<16']);
  });

  it('keeps rows in their places along a chain, so that members go on without those that they left out', async () => {
    const seen: (readonly SurrogateRow[])[] = [];
    const spy: Surrogate = { ...flat, goesOn: true, fit: (request) => (seen.push(request.rows), flat.fit(request)) };
    const source = guidedSource(poolDomain(all), spy, { initial: 6, round: 2, refit: true, candidates: 1, explore: 0 }, createRng(5));
    let seq = 1;
    const start = (trial: number): void => source.tell({ type: 'start', trial, candidate: all[trial * 17] as (typeof all)[0], until: 1, seq: seq++, time: 0 });
    const value = (trial: number): void => source.tell({ type: 'value', trial, y: trial, at: 1, predicted: false, seq: seq++, time: 0 });
    for (let trial = 0; trial < 8; trial++) start(trial);
    for (const trial of [0, 2, 3, 4, 6, 7]) value(trial);
    const { record } = (await source.next(8)) ?? {};
    source.tell({ type: 'fit', record: record as FitRecord, seq: seq++, time: 0 });
    for (const trial of [8, 9]) start(trial);
    for (const trial of [1, 5]) value(trial);
    await source.next(10);
    const trials = seen.map((rows) => rows.map(({ graph }) => all.findIndex((candidate) => candidate.graph === graph) / 17));
    expect(trials).toEqual([[0, 2, 3, 4, 6, 7], [0, 2, 3, 4, 6, 7, 1, 5]]);
  });

  it.each([new DeviceLostError('gone'), new UsageError('no graph')])('ends where there is no fit to be had: %s', async (error) => {
    const source = guided({ ...flat, fit: () => Promise.reject(error) });
    await expect(playSource(source, worth, 12)).rejects.toBe(error);
  });
});
