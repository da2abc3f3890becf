import { describe, expect, it } from 'vitest';
import { compareRules, recommend, type Comparison, type ReplaySummary } from '../../src/experiments/index.js';

const summary = (speedup: number, regret: number, change: Partial<ReplaySummary> = {}): ReplaySummary => ({
  orderings: 5, speedup_mean: speedup, speedup_se: speedup / 10, speedup_95: [0.8 * speedup, 1.2 * speedup], speedup_gmean: speedup, optimum_kept: 1, regret_mean: regret, regret_se: 0.01, regret_95: [regret - 0.02, regret + 0.02], rank_mean: 1, fully_trained_mean: 10,
  fewer_full_trainings: 0.9, top10_kept: 0.5, false_stop_rate: 0.001, false_stop_rate_at_freeze: 0, thawed_mean: 0, ceiling: 10, ...change,
});
const on = (set: string, rule: string, speedup: number, regret: number, change: Partial<ReplaySummary> = {}): Comparison => ({ set, rule, settings: 'usual', summary: summary(speedup, regret, change) });

describe('comparing rules', () => {
  const rows = compareRules([
    on('a', 'bold', 16, 0.2), on('b', 'bold', 4, 0, { false_stop_rate: 0.03 }), on('a', 'safe', 4, 0), on('b', 'safe', 4, 0), on('a', 'poor', 2, 0.3), on('b', 'poor', 2, 0.1), on('a', 'half', 99, 0),
  ]);
  const of = (rule: string) => rows.find((row) => row.rule === rule);

  it('means speed-ups geometrically, regrets plainly, and takes the worst false stops', () => {
    expect(of('bold')).toMatchObject({ regret_mean: 0.1, false_stop_max: 0.03, sets: 2 });
    expect(of('bold')?.speedup_gmean).toBeCloseTo(8, 12);
    expect(rows.map(({ rule }) => rule)).toEqual(['bold', 'safe', 'poor']);
  });

  it('leaves out what was not replayed on every set', () => {
    expect(of('half')).toBeUndefined();
  });

  it('marks those that nobody beats in both', () => {
    expect(rows.filter(({ front }) => front).map(({ rule }) => rule)).toEqual(['bold', 'safe']);
  });

  it('gives intervals by the errors of the sets: two relative errors of a tenth are one of .0707, each of five orderings: t of 8 degrees of freedom', () => {
    const safe = of('safe');
    expect(Math.log((safe?.speedup_high ?? 0) / (safe?.speedup_gmean ?? 1))).toBeCloseTo((2.306 * 0.1) / Math.SQRT2, 3);
    expect(safe?.regret_high).toBeCloseTo((2.306 * 0.01) / Math.SQRT2, 4);
    expect(safe?.regret_low).toBe(0);
  });

  it('gives no interval where a set saw one ordering alone', () => {
    const [row] = compareRules([on('a', 'slow', 3, 0.1, { orderings: 1, speedup_se: 0, regret_se: 0 }), on('b', 'slow', 3, 0.1)]);
    expect(row).toMatchObject({ speedup_low: null, speedup_high: null, regret_low: null, regret_high: null });
    expect(row?.speedup_gmean).toBeCloseTo(3, 12);
  });

  it('recommends the fastest with little regret, and the least regret where all have much', () => {
    expect(recommend(rows)?.rule).toBe('safe');
    expect(recommend(rows.filter(({ rule }) => rule !== 'safe'))?.rule).toBe('bold');
    expect(recommend(rows, 0.5)?.rule).toBe('bold');
    expect(recommend([])).toBeNull();
  });
});
