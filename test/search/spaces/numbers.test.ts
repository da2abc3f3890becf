// A user's own numbers: conditional ones beside plain ones, and their grid.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/index.js';
import { gridSource, ChainSpace, chainSpaceDefaults, NumberSpace, type NumberRange } from '../../../src/search/index.js';
import { spaceContract } from '../../contracts/space.js';

const ranges: Readonly<Record<string, NumberRange>> = {
  optimizer: [0, 1, 2],
  rate: { low: 1e-4, high: 1, log: true },
  momentum: { low: 0.5, high: 0.99, when: { optimizer: [0, 2] } },
  nesterov: { choices: [0, 1], when: { optimizer: [0], momentum: [0.5, 0.99] } },
  layers: { low: 1, high: 3, integer: true },
};
const make = (): NumberSpace => new NumberSpace(ranges);

spaceContract('a space of conditional numbers', make);

describe('conditional numbers', () => {
  const samples = Array.from({ length: 200 }, (_, i) => make().sample(createRng('numbers').fork(i)).hp);

  it('are there with the values of others that they name, and absent without', () => {
    for (const hp of samples) expect('momentum' in hp).toBe(hp['optimizer'] !== 1);
    expect(samples.some((hp) => 'momentum' in hp)).toBe(true);
    expect(samples.some((hp) => 'nesterov' in hp)).toBe(false);
    expect(() => make().validate({ architecture: null, ap: {}, hp: { optimizer: 1, rate: 0.1, momentum: 0.9, layers: 2 } })).toThrow(/momentum only with optimizer in \{0, 2\}, got 0.9 without/);
    expect(() => make().validate({ architecture: null, ap: {}, hp: { optimizer: 2, rate: 0.1, layers: 2 } })).toThrow(/momentum in \[0.5, 0.99\], got nothing/);
  });

  it('come and go in a neighbour with what they depend on', () => {
    const adam = make().validate({ architecture: null, ap: {}, hp: { optimizer: 1, rate: 0.1, layers: 2 } });
    const near = make().neighbours(adam, createRng(1), 40).map(({ hp }) => hp);
    const others = near.filter((hp) => hp['optimizer'] !== 1);
    expect(others.map((hp) => hp['optimizer']).sort()).toEqual([0, 2]);
    for (const hp of others) expect(hp).toMatchObject({ rate: 0.1, layers: 2, momentum: expect.any(Number) as number });
  });

  it('are refused where they name what does not come before them', () => {
    expect(() => new NumberSpace({ a: { low: 0, high: 1, when: { b: [1] } }, b: [1, 2] })).toThrow(/a range named before it \(there is none\), got b/);
    expect(() => new NumberSpace({ b: [1, 2], a: { low: 0, high: 1, when: { b: [2, 3] } } })).not.toThrow();
    expect(() => new NumberSpace({ b: [1, 2], a: { low: 0, high: 1, when: { b: [3, 4] } } })).toThrow(/expected a with a value of b in \{1, 2\}, got 3, 4/);
    expect(() => new NumberSpace({ b: [1, 2], a: { low: 0, high: 1, when: { b: [] } } })).toThrow(/values of b/);
  });
});

describe('the grid', () => {
  it('has so many points a range, by logarithms where it is one, whole ones once, and branches with the conditions', () => {
    const grid = make().grid(3);
    const rows = Array.from({ length: grid.size }, (_, i) => grid.at(i).hp);
    // Adam: 3 rates x 3 layers. RMSProp: 3 momenta. SGD: nesterov 0 and 1 with the two ends of momentum.
    expect(rows).toHaveLength(9 * (1 + 3 + 5));
    expect([...new Set(rows.map((hp) => hp['rate']))].map((rate) => rate?.toPrecision(3))).toEqual(['0.000100', '0.0100', '1.00']);
    expect([...new Set(rows.map((hp) => hp['layers']))]).toEqual([1, 2, 3]);
    expect(() => make().grid(1000)).toThrow(/at most 1000000 points/);
  });

  it('is tried whole and once, in an order of the seed\'s, past what others started', async () => {
    const space = new NumberSpace({ a: [1, 2, 3], b: { low: 0, high: 1 } });
    const source = gridSource(space, { points: 2 }, createRng(4));
    const started = (trial: number, hp: { [name: string]: number }) => source.tell({ type: 'start', trial, candidate: { architecture: null, ap: {}, hp }, until: 1, seq: trial + 1, time: 0 });
    started(0, { a: 2, b: 1 });
    const tried = ['2 1'];
    for (let trial = 1; ; trial++) {
      const offer = await source.next(trial);
      if (offer === null) break;
      expect(await source.next(trial)).toEqual(offer);
      tried.push(Object.values(offer.candidate.hp).join(' '));
      started(trial, offer.candidate.hp);
    }
    expect(tried.slice().sort()).toEqual(['1 0', '1 1', '2 0', '2 1', '3 0', '3 1']);
    expect(tried).not.toEqual(tried.slice().sort());
  });

  it('is asked of a space that has none with a clear word', () => {
    const chain = new ChainSpace({ ...chainSpaceDefaults, input: { channels: 1, height: 28, width: 28 }, classes: 10 });
    expect(() => gridSource(chain, { points: 3 }, createRng(1))).toThrow(/got chain, which has no grid/);
  });
});
