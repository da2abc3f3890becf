// Sources that learn nothing: the contract for each, how a space ends, and that a pool keeps its order.
import { describe, expect, it } from 'vitest';
import { createRng, type StoredEvent } from '../../src/core/index.js';
import { gridSource, NumberSpace, poolSource, sampledSource } from '../../src/search/index.js';
import { sourceContract } from '../contracts/source.js';
import { CurveSpace } from '../predict/synthetic.js';

const candidates = Array.from({ length: 60 }, (_, i) => new CurveSpace().sample(createRng('pool').fork(i)));
/** 64 of a grid. */
const ranges = new NumberSpace({ quality: { low: 0, high: 1 }, pace: { low: 1, high: 4 } });

sourceContract('samples of a space', () => sampledSource(new CurveSpace(), createRng(3)));
sourceContract('a pool in its order', () => poolSource(candidates));
sourceContract('a grid', () => gridSource(ranges, { points: 8 }, createRng(3)));

const started = (trial: number, candidate: { architecture: null; ap: object; hp: object }): StoredEvent =>
  ({ type: 'start', trial, candidate: candidate as never, until: 3, seq: trial + 1, time: 0 });

describe('a source that samples', () => {
  it('gives each candidate once and ends with the space', async () => {
    const source = sampledSource(new NumberSpace({ layers: [1, 2, 3] }), createRng(1));
    const given = [];
    for (let trial = 0; ; trial++) {
      const offer = await source.next(trial);
      if (offer === null) break;
      const { candidate } = offer;
      expect(await source.next(trial)).toEqual(offer);
      given.push(candidate.hp['layers']);
      source.tell(started(trial, candidate as never));
    }
    expect(given.sort()).toEqual([1, 2, 3]);
  });
});

describe('a source that is a pool', () => {
  it('keeps its order, equals too, and the very objects', async () => {
    const pool = [1, 1, 2].map((layers) => ({ architecture: null, ap: {}, hp: { layers } }));
    const source = poolSource(pool);
    expect(await Promise.all([0, 1, 2, 3].map((trial) => source.next(trial)))).toEqual([...pool.map((candidate) => ({ candidate })), null]);
    expect((await source.next(1))?.candidate).toBe(pool[1]);
  });
});
