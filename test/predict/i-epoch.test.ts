import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { IEpochRule } from '../../src/predict/index.js';
import { FullStrategy, sampledSource } from '../../src/search/index.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';
import { runCurveStudy } from './curve-study.js';
import { curveOf, CurveSpace } from './synthetic.js';

stoppingRuleContract('the i-epoch rule', () => new IEpochRule({ i: 2, k: 5 }));

describe('the i-epoch rule', () => {
  const EPOCHS = 8;
  const search = (rule: IEpochRule) => {
    const strategy = new FullStrategy(sampledSource(new CurveSpace(), createRng(4)), { trials: 20, epochs: EPOCHS, nth: 1 });
    return runCurveStudy({ epochs: EPOCHS, strategy, rule, curveOf: (c) => curveOf(c, EPOCHS) });
  };

  it('gives everybody i epochs and the K best of them all', async () => {
    const { events, epochsTrained, finished } = await search(new IEpochRule({ i: 3, k: 4 }));
    expect(epochsTrained).toBe(20 * 3 + 4 * 5);
    const third = events.flatMap((event) => (event.type === 'epoch' && event.epoch === 3 ? [{ trial: event.trial, y: event.value }] : [])).sort((a, b) => b.y - a.y);
    expect([...finished.keys()].sort((a, b) => a - b)).toEqual(third.slice(0, 4).map(({ trial }) => trial).sort((a, b) => a - b));
  });

  it('stops nothing where i is all of it, and takes everybody where K is', async () => {
    expect((await search(new IEpochRule({ i: 8, k: 4 }))).finished.size).toBe(20);
    expect((await search(new IEpochRule({ i: 1, k: 99 }))).finished.size).toBe(20);
  });

  it('refuses numbers that are none', () => {
    expect(() => new IEpochRule({ i: 0, k: 4 })).toThrow(/from 1, got 0/);
    expect(() => new IEpochRule({ i: 1, k: 1.5 })).toThrow(/got 1.5/);
  });
});
