// LCE's termination criterion as a stopping rule.
import { describe, expect, it } from 'vitest';
import { createRng, UsageError, type StoredEvent } from '../../src/core/index.js';
import { LCE_SAMPLING, LceRule, unitInterval, type LceRuleOptions } from '../../src/predict/index.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';

const quick = { ...LCE_SAMPLING, samples: 150, burnIn: 100 };
const makeRule = (change: Partial<LceRuleOptions> = {}) =>
  new LceRule({ confidence: 0.95, shares: [0.25, 0.5, 0.75], unit: unitInterval(undefined), sampling: quick, ...change }, createRng(5));

stoppingRuleContract('the lce rule', () => makeRule({ sampling: { ...quick, samples: 60, burnIn: 40 } }));

const EPOCHS = 20;

function told(rule: LceRule, curve: readonly number[]): LceRule {
  const candidate = { architecture: null, ap: {}, hp: {} };
  const events = [{ type: 'start' as const, trial: 0, candidate, until: EPOCHS }, ...curve.map((value, i) => ({ type: 'epoch' as const, trial: 0, attempt: 1, epoch: i + 1, value, seconds: 1 }))];
  events.forEach((event, i) => rule.tell({ ...event, seq: i + 1, time: 0 } as StoredEvent));
  return rule;
}

/** Rises to `end` with a time constant of 2 epochs. */
const rising = (end: number, epochs: number) => Array.from({ length: epochs }, (_, i) => end - (end - 0.1) * Math.exp(-(i + 1) / 2));
const judge = async (rule: LceRule, bar: number | null) => (await rule.judge(0, { horizon: EPOCHS, bar })).verdict;

describe('the lce rule', () => {
  it('stops a run that levels off far below the best', async () => {
    const verdict = await judge(told(makeRule(), rising(0.5, 10)), 0.9);
    expect(verdict.action).toBe('freeze');
    expect(verdict.action === 'freeze' && verdict.reason).toMatch(/^p\(does not pass the bar\) = [01]\.\d{4} > 0\.95$/);
  });

  it('lets a run go on that may pass the best, or has', async () => {
    expect((await judge(told(makeRule(), rising(0.8, 10)), 0.8)).action).toBe('continue');
    expect(await judge(told(makeRule(), [0.1, 0.6, 0.2, 0.2, 0.2]), 0.55)).toEqual({ action: 'continue', bar: 0.55 });
  });

  it('looks only at its shares of the curve, and only against a bar', async () => {
    expect(await judge(told(makeRule(), rising(0.5, 9)), 0.9)).toEqual({ action: 'continue' });
    expect(await judge(told(makeRule(), rising(0.5, 10)), null)).toEqual({ action: 'continue' });
    expect((await judge(told(makeRule({ shares: [0.45] }), rising(0.5, 9)), 0.9)).action).toBe('freeze');
  });

  it('stops nothing that no family can follow', async () => {
    const rule = told(makeRule({ sampling: { ...quick, families: ['pow3', 'ilog2'] } }), [0.9, 0.6, 0.4, 0.3, 0.2]);
    expect(await judge(rule, 0.99)).toMatchObject({ action: 'continue', reason: expect.stringMatching(/no family/) as string });
  });

  it('refuses settings that make no sense', () => {
    expect(() => makeRule({ confidence: 1 })).toThrow(UsageError);
    expect(() => makeRule({ shares: [0, 0.5] })).toThrow(/shares/);
  });
});
