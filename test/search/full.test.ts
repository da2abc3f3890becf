// Random search: its contract, the bar it sets, and that it draws nothing twice.
import { describe, expect, it } from 'vitest';
import { createRng, type Candidate, type Space, type StoredEvent, type StudyEvent } from '../../src/core/index.js';
import { FullStrategy, sampledSource } from '../../src/search/index.js';
import { strategyContract } from '../contracts/strategy.js';
import { CurveSpace } from '../predict/synthetic.js';

const make = (change: object = {}, space: Space = new CurveSpace()): FullStrategy =>
  new FullStrategy(sampledSource(space, createRng(9)), { trials: 12, epochs: 5, nth: 1, ...change });

strategyContract('FullStrategy', 5, () => make());

describe('FullStrategy', () => {
  let seq = 0;
  const stored = (event: StudyEvent): StoredEvent => ({ ...event, seq: ++seq, time: 0 });
  const value = (trial: number, y: number, predicted = false, at = 5): StoredEvent => stored({ type: 'value', trial, y, at, predicted });
  const candidate = (quality: number): Candidate => ({ architecture: null, ap: { weights: 1 }, hp: { quality } });

  const coin: Space = { name: 'coin', settings: {}, sample: (rng) => candidate(rng.int(2)), neighbours: () => [], validate: (c) => c };

  it('sets the bar at the n-th best of the fully trained, null until there are n', () => {
    const second = make({ nth: 2 });
    const bars = [value(0, 0.5), value(1, 0.9, true), value(2, 0.7), value(3, 0.6), value(4, 0.95, false, 3), value(1, 0.8)].map((event) => {
      second.tell(event);
      return second.stakes(7).bar;
    });
    expect(bars).toEqual([null, null, 0.5, 0.6, 0.6, 0.7]);
    expect(second.stakes(7).horizon).toBe(5);
  });

  it('counts what somebody else started, and does not draw it again', async () => {
    const strategy = make({ trials: 2 }, coin);
    strategy.tell(stored({ type: 'start', trial: 0, candidate: candidate(1), until: 5 }));
    expect(await strategy.ask()).toEqual({ action: 'start', candidate: candidate(0), until: 5 });
    strategy.tell(stored({ type: 'start', trial: 1, candidate: candidate(0), until: 5 }));
    expect(await strategy.ask()).toEqual({ action: 'done' });
  });

  it('draws no candidate twice, and is done where the space has nothing new', async () => {
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

  it('refuses settings that make no sense', () => {
    expect(() => make({ trials: 0 })).toThrow(/trials to be a whole number from 1, got 0/);
    expect(() => make({ nth: 1.5 })).toThrow(/nth/);
  });
});
