// The rules that predict nothing: median and none, against curves made by hand.
import { describe, expect, it } from 'vitest';
import type { StoredEvent, StudyEvent } from '../../src/core/index.js';
import { MedianRule, NoRule } from '../../src/predict/index.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';

stoppingRuleContract('NoRule', () => new NoRule());
stoppingRuleContract('MedianRule', () => new MedianRule({ burnIn: 5, grace: 1 }));

describe('MedianRule', () => {
  const stakes = { horizon: 3, bar: 0.9 };
  const candidate = { architecture: null, ap: {}, hp: {} };
  const tellCurve = (rule: MedianRule, trial: number, curve: readonly number[]): void => {
    let seq = trial * 100;
    const tell = (event: StudyEvent): void => { rule.tell({ ...event, seq: ++seq, time: 0 } as StoredEvent); };
    tell({ type: 'start', trial, candidate, until: 3 });
    curve.forEach((value, i) => { tell({ type: 'epoch', trial, attempt: 1, epoch: i + 1, value, seconds: 1 }); });
  };
  const make = (change: object = {}): MedianRule => {
    const rule = new MedianRule({ burnIn: 3, grace: 1, ...change });
    // Running averages over two epochs: .15, .35, .55.
    [[0.1, 0.2, 0.3], [0.3, 0.4, 0.5], [0.5, 0.6, 0.7]].forEach((curve, trial) => { tellCurve(rule, trial, curve); });
    return rule;
  };

  it('freezes a trial whose best is below the median of the running averages, at its last score', async () => {
    const rule = make();
    tellCurve(rule, 3, [0.34, 0.3]);
    const { verdict } = await rule.judge(3, stakes);
    expect(verdict).toMatchObject({ action: 'freeze', reason: 'its best so far is worse than the median of the running averages of 3 fully trained trials', value: { y: 0.3, at: 2 } });
    expect('bar' in verdict ? verdict.bar : NaN).toBeCloseTo(0.35, 12);
  });

  it('lets a trial at the median go on: strictly below only', async () => {
    const rule = make();
    // One epoch: running averages .1 .3 .5, median .3.
    tellCurve(rule, 3, [0.3]);
    expect((await rule.judge(3, stakes)).verdict.action).toBe('continue');
  });

  it('holds a trial against all that are fully trained by then, in whichever order they came, less those that failed', async () => {
    const rule = new MedianRule({ burnIn: 1, grace: 1 });
    const curves = [[0.9, 0.1, 0.5], [0.1, 0.2, 0.3], [0.5, 0.6, 0.7], [0.3, 0.4, 0.5], [0.2, 0.9, 0.9]];
    tellCurve(rule, 99, [0, 0]);
    const bar = async (): Promise<unknown> => {
      const { verdict } = await rule.judge(99, stakes);
      return 'bar' in verdict ? verdict.bar : undefined;
    };
    const median = (averages: readonly number[]): number => {
      const sorted = [...averages].sort((a, b) => a - b);
      return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
    };
    const averages = curves.map(([a = NaN, b = NaN]) => (a + b) / 2);
    for (const [trial, curve] of curves.entries()) {
      tellCurve(rule, trial, curve);
      expect(await bar()).toBeCloseTo(median(averages.slice(0, trial + 1)), 12);
    }
    rule.tell({ type: 'fail', trial: 0, attempt: 1, kind: 'device', message: 'lost', seq: 9999, time: 0 } as StoredEvent);
    expect(await bar()).toBeCloseTo(median(averages.slice(1)), 12);
  });

  it('waits for its burn-in and its grace', async () => {
    for (const change of [{ burnIn: 4 }, { grace: 3 }]) {
      const rule = make(change);
      tellCurve(rule, 3, [0, 0]);
      expect((await rule.judge(3, stakes)).verdict.action).toBe('continue');
    }
    expect(() => make({ burnIn: 0 })).toThrow(/burn-in of at least 1/);
    expect(() => make({ grace: 0 })).toThrow(/grace of at least 1/);
  });
});
