import { describe, expect, it } from 'vitest';
import { createRng, type Candidate, type Space, type StoredEvent, type StudyEvent } from '../../src/core/index.js';
import { RandomStrategy } from '../../src/search/index.js';
import { strategyContract } from '../contracts/strategy.js';
import { CurveSpace } from '../predict/synthetic.js';

const make = (change: object = {}, space: Space = new CurveSpace()): RandomStrategy =>
  new RandomStrategy(space, { trials: 12, epochs: 5, nth: 1, ...change }, createRng(9));

strategyContract('RandomStrategy', 5, () => make());

describe('RandomStrategy', () => {
  let seq = 0;
  const stored = (event: StudyEvent): StoredEvent => ({ ...event, seq: ++seq, time: 0 });
  const value = (trial: number, y: number, predicted = false, at = 5): StoredEvent => stored({ type: 'value', trial, y, at, predicted });
  const candidate = (quality: number): Candidate => ({ architecture: null, ap: { weights: 1 }, hp: { quality } });
  const enqueue = (c: Candidate): StoredEvent => stored({ type: 'control', by: 'me', command: { type: 'enqueue', candidate: c } });

  it('sets the bar at the n-th best of the fully trained, null until there are n', () => {
    const second = make({ nth: 2 });
    const bars = [value(0, 0.5), value(1, 0.9, true), value(2, 0.7), value(3, 0.6), value(4, 0.95, false, 3), value(1, 0.8)].map((event) => {
      second.tell(event);
      return second.stakes(7).bar;
    });
    expect(bars).toEqual([null, null, 0.5, 0.6, 0.6, 0.7]);
    expect(second.stakes(7).horizon).toBe(5);
  });

  it('starts what was enqueued first, once, in order, also when its own trials are used up', async () => {
    const strategy = make({ trials: 1 });
    for (const quality of [0.25, 0.75]) strategy.tell(enqueue(candidate(quality)));
    for (const quality of [0.25, 0.75]) {
      const proposal = await strategy.ask();
      expect(proposal).toEqual({ action: 'start', candidate: candidate(quality), until: 5 });
      strategy.tell(stored({ type: 'start', trial: 0, candidate: candidate(quality), until: 5 }));
    }
    expect(await strategy.ask()).toEqual({ action: 'done' });
    strategy.tell(enqueue(candidate(0.25)));
    expect(await strategy.ask()).toEqual({ action: 'done' });
  });

  it('draws no candidate twice, and is done where the space has nothing new', async () => {
    const coin: Space = { name: 'coin', settings: {}, sample: (rng) => candidate(rng.int(2)), validate: (c) => c };
    const strategy = make({ trials: 5 }, coin);
    const seen: unknown[] = [];
    for (;;) {
      const proposal = await strategy.ask();
      if (proposal.action !== 'start') break;
      seen.push(proposal.candidate.hp.quality);
      strategy.tell(stored({ type: 'start', trial: seen.length - 1, candidate: proposal.candidate, until: 5 }));
    }
    expect(seen.sort()).toEqual([0, 1]);
  });

  it('drops what the space refuses, and refuses settings that make no sense', async () => {
    const never: Space = { ...new CurveSpace(), sample: (rng) => new CurveSpace().sample(rng), validate: () => { throw new RangeError('bug'); } };
    expect(() => { make({}, never).tell(enqueue(candidate(1))); }).toThrow('bug');
    expect(() => make({ trials: 0 })).toThrow(/trials to be a whole number from 1, got 0/);
    expect(() => make({ nth: 1.5 })).toThrow(/nth/);
  });
});
