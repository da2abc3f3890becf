// Several sources that take turns, each with its own rate between the score and a second number: the contract, with a source that learns by values and with one that
// journals what it fits, and what each of them hears.
import { describe, expect, it } from 'vitest';
import { createRng, type StoredEvent } from '../../../src/core/index.js';
import { nativeSolver, RegressionSurrogate } from '../../../src/predict/index.js';
import { evolutionSource, guidedSource, spaceDomain, tradeOffSource, type Source } from '../../../src/search/index.js';
import { sourceContract } from '../../contracts/source.js';
import { CurveSpace } from '../../predict/synthetic.js';

const evolution = (): Source => evolutionSource(spaceDomain(new CurveSpace()), { population: 6, tournament: 3 }, createRng(3));
const guided = (): Source => guidedSource(spaceDomain(new CurveSpace()), new RegressionSurrogate({ kind: 'ridge', draws: 5, solver: nativeSolver }), { initial: 8, round: 5, refit: true, candidates: 40, explore: 0 }, createRng(3));

sourceContract('evolution at two rates', () => tradeOffSource(evolution, { by: 'weights', rates: [0, 0.1] }));
sourceContract('guided search at two rates, each with its own fits', () => tradeOffSource(guided, { by: 'weights', rates: [0, 0.2] }));

const candidate = { architecture: null, ap: { weights: 1000 }, hp: {} };
const started: StoredEvent = { type: 'start', trial: 0, candidate, until: 4, seq: 1, time: 0 };
const valued: StoredEvent = { type: 'value', trial: 0, y: 0.8, at: 4, predicted: false, seq: 2, time: 0 };

describe('a trade-off', () => {
  it('tells each source a trial\'s worth at its own rate: y - rate log10 of the number', async () => {
    const heard: number[][] = [];
    const source = await tradeOffSource(() => {
      const mine: number[] = [];
      heard.push(mine);
      return { settings: { name: 'listener' }, tell: (event) => void (event.type === 'value' && mine.push(event.y)), next: () => Promise.resolve(null) };
    }, { by: 'weights', rates: [0, 0.1, 0.2] });
    [started, valued].forEach((event) => source.tell(event));
    expect(heard.map(([y]) => y)).toEqual([0.8, expect.closeTo(0.5, 12), expect.closeTo(0.2, 12)]);
  });

  it('gives turns by trial, and a fit to the source that made it alone', async () => {
    const made: { readonly fits: unknown[] }[] = [];
    const source = await tradeOffSource(() => {
      const own = { fits: [] as unknown[] };
      const place = made.push(own) - 1;
      return {
        settings: { name: 'fitting' },
        tell: (event) => void (event.type === 'fit' && own.fits.push(event.record)),
        next: (trial) => Promise.resolve({ candidate, record: { by: 'fitting', trial, place } }),
      };
    }, { by: 'weights', rates: [0, 1] });
    for (let trial = 0; trial < 4; trial++) {
      const record = (await source.next(trial))?.record;
      source.tell({ type: 'fit', record: JSON.parse(JSON.stringify(record)) as NonNullable<typeof record>, seq: 3 + trial, time: 0 });
    }
    expect(made.map(({ fits }) => fits)).toEqual([0, 1].map((place) => [place, place + 2].map((trial) => ({ by: 'fitting', trial, place }))));
  });

  it('says so where a trial has no such number, and refuses rates that make no sense', async () => {
    const source = await tradeOffSource(evolution, { by: 'wieghts', rates: [0, 0.1] });
    [started, valued].forEach((event) => source.tell(event));
    await expect(source.next(1)).rejects.toThrow(/expected each trial to have wieghts above 0, got none of trial 0/);
    await expect(tradeOffSource(evolution, { by: 'weights', rates: [] })).rejects.toThrow(/at least 0, or several, got none/);
    await expect(tradeOffSource(evolution, { by: 'weights', rates: [-1] })).rejects.toThrow(/got -1/);
  });
});
