import { describe, expect, it } from 'vitest';
import { createRng, UsageError, type StoppingRule } from '../../src/core/index.js';
import type { CurveSet } from '../../src/data/index.js';
import { evaluationsUsed, measure, pairOutcomes, recordingOf, replayOrdering, replayStudy, summariseBudgets, summariseOutcomes, type OrderingsOptions, type Outcome, type Recording } from '../../src/experiments/index.js';
import { Stages } from '../../src/experiments/replay/stages.js';
import { MedianRule, nativeSolver, NoRule, SrmPredictor, SrmRule } from '../../src/predict/index.js';
import { poolSource, FullStrategy } from '../../src/search/index.js';
import { madeSet } from './made-set.js';

const strategy = ({ pool, set }: Recording) => new FullStrategy(poolSource(pool), { trials: pool.length, epochs: set.epochs, nth: 1 });
const srm = () => new SrmPredictor({ kind: 'svr-linear', features: ['TS', 'AP', 'HP'], scale: 'raw', sigma: 'loo', draws: 20, solver: nativeSolver });
const play = async (set: CurveSet, rule: StoppingRule, seed = 1): Promise<Outcome> => {
  const recording = recordingOf(set, 0, createRng(seed));
  return measure(await replayStudy(recording, { strategy: strategy(recording), rule }), recording, 0);
};

/** Freezes the trials of a list at their first epoch. */
function freezing(trials: readonly number[]): StoppingRule {
  return {
    settings: { name: 'freezing' },
    tell: () => undefined,
    judge: (trial) => Promise.resolve({ verdict: trials.includes(trial) ? { action: 'freeze', reason: 'listed', value: { y: 0, at: 1 }, bar: 0.15 } : { action: 'continue' } }),
    review: () => Promise.resolve({ thaw: [] }),
  };
}

const four = (): CurveSet => {
  const set = madeSet(4, 2);
  const finals = [0.1, 0.2, 0.3, 0.9];
  return { ...set, rows: set.rows.map((row, i) => ({ ...row, curve: [0, finals[i] as number] })) };
};

describe('replaying', () => {
  it('trains everything without a rule: no speed-up, nothing lost', async () => {
    const outcome = await play(madeSet(12, 5, { noise: 0.01 }), new NoRule());
    expect(outcome).toMatchObject({ speedup: 1, optimum_kept: true, regret: 0, rank: 1, fully_trained: 12, fewer_full_trainings: 0, top10_kept: 1, frozen: 0, false_stops: 0, thawed: 0, epochs: 60 });
  });

  it('measures what a rule lost, each figure worked out by hand', async () => {
    const set = four();
    const recording = recordingOf(set, 0, createRng(1));
    const finalAt = (trial: number): number => recording.curveOf(recording.pool[trial] as never)[1] as number;
    const best = [0, 1, 2, 3].find((trial) => finalAt(trial) === 0.9) as number;
    const worst = [0, 1, 2, 3].find((trial) => finalAt(trial) === 0.1) as number;
    const state = await replayStudy(recording, { strategy: strategy(recording), rule: freezing([best, worst]) });
    const outcome = measure(state, recording, 1);
    // Finals .9 .3 .2 .1: the 90th percentile is .9, the 50th .2 (the nearest rank); best found .3.
    expect(outcome.regret).toBeCloseTo((0.9 - 0.3) / (0.9 - 0.2), 12);
    expect(outcome).toMatchObject({
      speedup: 8 / 6, optimum_kept: false, rank: 2, fully_trained: 2, fewer_full_trainings: 0.5, top10_kept: 0.5, frozen: 2, false_stops: 1, false_stops_at_freeze: 1, epochs: 6, ceiling: 8 / 5,
    });
  });

  it('goes on from where a thawed run was frozen, and charges no epoch twice', async () => {
    const recording = recordingOf(madeSet(6, 5), 0, createRng(2));
    const rule: StoppingRule = { ...freezing([1, 3]), review: (frozen) => Promise.resolve({ thaw: frozen.map(({ trial }) => ({ trial, reason: 'second thoughts' })) }) };
    const judged = new Set<number>();
    const once: StoppingRule = { ...rule, judge: (trial, stakes) => {
      const seen = judged.has(trial);
      judged.add(trial);
      return seen ? Promise.resolve({ verdict: { action: 'continue' } }) : rule.judge(trial, stakes);
    } };
    const outcome = measure(await replayStudy(recording, { strategy: strategy(recording), rule: once }), recording, 0);
    expect(outcome).toMatchObject({ epochs: 30, fully_trained: 6, thawed: 2, frozen: 0 });
  });

  it('ends a run where its recording ends', async () => {
    const set = madeSet(8, 5);
    const broken = { ...set, rows: set.rows.map((row, i) => (i < 3 ? { ...row, curve: row.curve.slice(0, i + 1) } : row)) };
    expect(await play(broken, new NoRule())).toMatchObject({ fully_trained: 5, epochs: 1 + 2 + 3 + 25, speedup: 1, optimum_kept: true });
  });

  it('saves epochs with the srm rule and gives the same outcome for a seed', async () => {
    const set = madeSet(120, 12, { noise: 0.005 });
    const rule = () => new SrmRule(srm(), { burnIn: 15, confidence: 0.95, offset: 0, refit: true, srmMax: 500, thaw: true }, createRng(5));
    const outcome = await play(set, rule());
    expect(outcome.speedup).toBeGreaterThan(2);
    expect(outcome.optimum_kept).toBe(true);
    expect(await play(set, rule())).toEqual(outcome);
    expect((await play(set, rule(), 9)).epochs).not.toBe(outcome.epochs);
  });

  it('audits a share of the stopped and says whether its bound holds', async () => {
    const options: OrderingsOptions = {
      set: madeSet(120, 12, { noise: 0.005 }), seed: 1, pretrained: 0, burnIn: 15, audit: 0.2,
      parts: async (recording) => ({ strategy: strategy(recording), rule: new SrmRule(srm(), { burnIn: 15, confidence: 0.95, offset: 0, refit: true, srmMax: 500, thaw: true }, createRng(5)) }),
    };
    const { audit, frozen } = await replayOrdering(options, 0);
    expect(audit).toMatchObject({ audited: Math.ceil(0.2 * frozen), beat: 0, covers: true });
    expect(audit?.bound).toBeCloseTo(1 - 0.05 ** (1 / Math.ceil(0.2 * frozen)), 10);
    expect(audit?.epochs).toBeGreaterThan(0);
  });

  it('takes trainings from before: nothing burns in, and they are not searched', async () => {
    const set = madeSet(120, 12, { noise: 0.005 });
    const options: OrderingsOptions = {
      set, seed: 1, pretrained: 30, burnIn: 15,
      parts: async (recording) => ({ strategy: strategy(recording), rule: new SrmRule(srm(), { burnIn: 15, confidence: 0.95, offset: 0, refit: false, srmMax: 500, thaw: false, pretrained: recording.pretrained }, createRng(5)) }),
    };
    const [with30, without] = [await replayOrdering(options, 0), await replayOrdering({ ...options, pretrained: 0 }, 0)];
    expect(with30.fully_trained).toBeLessThan(15);
    expect(without.fully_trained).toBeGreaterThanOrEqual(15);
    expect(with30.speedup).toBeGreaterThan(without.speedup);
    expect(recordingOf(set, 30, createRng(1)).pool).toHaveLength(90);
    expect(() => recordingOf(set, 119, createRng(1))).toThrow(UsageError);
  });

  it.each([
    ['five rows', madeSet(5, 6)],
    ['curves of length 1', madeSet(20, 1)],
    ['finals all alike', { ...madeSet(20, 3), rows: madeSet(20, 3).rows.map((row) => ({ ...row, curve: [0.1, 0.2, 0.5] })) }],
    ['no columns and no differences', { ...madeSet(20, 3), rows: madeSet(20, 3).rows.map((row) => ({ ...row, ap: {}, hp: {} })) }],
    ['perplexities of 1e30', { ...madeSet(20, 3), rows: madeSet(20, 3).rows.map((row, i) => ({ ...row, curve: i % 3 === 0 ? [-1e30, -1e30, -1e30] : row.curve })) }],
  ])('survives %s under every rule', async (_, set) => {
    for (const rule of [new NoRule(), new MedianRule({ burnIn: 5, grace: 1 }), new SrmRule(srm(), { burnIn: 6, confidence: 0.95, offset: 0, refit: true, srmMax: 50, thaw: true }, createRng(1))]) {
      const outcome = await play(set, rule);
      expect(Object.values(outcome).every((value) => typeof value === 'boolean' || Number.isFinite(value))).toBe(true);
      expect(outcome.fully_trained).toBeGreaterThan(0);
    }
  });
});

describe('summing orderings up', () => {
  it('takes means, the standard error of the mean, and rates over all stopped runs', () => {
    const outcome = (change: Partial<Outcome>): Outcome => ({
      speedup: 2, optimum_kept: true, regret: 0, found: 1, rank: 1, fully_trained: 10, fewer_full_trainings: 0.5, top10_kept: 1, frozen: 10, false_stops: 0, false_stops_at_freeze: 0, thawed: 0, epochs: 50, ceiling: 4, ...change,
    });
    const summary = summariseOutcomes([outcome({ speedup: 1, frozen: 30 }), outcome({ speedup: 4, optimum_kept: false, false_stops: 2 })]);
    expect(summary).toMatchObject({ orderings: 2, speedup_mean: 2.5, speedup_se: 1.5, optimum_kept: 0.5, false_stop_rate: 2 / 40 });
    expect(summary.speedup_gmean).toBeCloseTo(2, 12);
  });
});

describe('what a learner proposed', () => {
  it('is the mean final a stage, with what was drawn again, and a broken run left out', async () => {
    const set = four();
    const recording = recordingOf({ ...set, rows: set.rows.map((row, i) => (i === 0 ? { ...row, curve: [0] } : row)) }, 0, createRng(1));
    const finals = recording.pool.map((candidate) => recording.curveOf(candidate)[1]);
    const stages = new Stages((trial) => (trial < 2 ? 'early' : 'late'));
    const state = await replayStudy(recording, { strategy: strategy(recording), rule: new NoRule() }, { hear: (event) => stages.hear(event) });
    const ended = [0, 1, 2, 3].filter((trial) => finals[trial] !== undefined);
    stages.hear({ type: 'fit', record: { by: 'learner', trial: 3, repeats: [ended[0] ?? 0, ended[0] ?? 0] }, seq: 99, time: 0 });
    const mean = (trials: readonly number[]): number => trials.reduce((sum, trial) => sum + (finals[trial] ?? NaN), 0) / trials.length;
    const [early, late] = [ended.filter((trial) => trial < 2), ended.filter((trial) => trial >= 2)];
    const table = stages.table(state, recording);
    expect(table).toMatchObject([{ stage: 'early', tried: early.length, drawn: early.length }, { stage: 'late', tried: late.length, drawn: late.length + 2 }]);
    expect(table[0]?.tried_mean).toBeCloseTo(mean(early), 12);
    expect(table[1]?.drawn_mean).toBeCloseTo(mean([...late, ended[0] ?? 0, ended[0] ?? 0]), 12);
  });

  it('is compared ordering by ordering', async () => {
    const outcome = await play(four(), new NoRule());
    const last = (tried_mean: number | null) => [{ stage: 'only', tried: 1, tried_mean, drawn: 1, drawn_mean: null }];
    const pair = (found: number, epochs: number, mean: number | null) => ({ one: { ...outcome, found, epochs, stages: last(mean) }, other: { ...outcome, found: 0.5, epochs: 40, stages: last(0.25) } });
    const paired = pairOutcomes([pair(0.5, 10, 0.5), pair(0.75, 10, null), pair(1, 20, 0.25)]);
    expect(paired.epochs_ratio).toBe(3);
    expect(paired.found[0]).toBe(0.25);
    expect(paired.found[2] - paired.found[0]).toBeCloseTo(paired.found[0] - paired.found[1], 12);
    expect(paired.last_tried?.[0]).toBe(0.125);
    expect(paired.last_drawn).toBeUndefined();
  });
});

describe('a search with a budget', () => {
  it('says after how many evaluations it found what, partial trainings by their share', async () => {
    const set = four();
    const recording = recordingOf(set, 0, createRng(1));
    const finals = recording.pool.map((candidate) => recording.curveOf(candidate)[1] as number);
    const state = await replayStudy(recording, { strategy: strategy(recording), rule: freezing([0]), reading: 0.1 });
    const { evaluations, to_optimum, to_top, best } = evaluationsUsed(state, recording);
    expect(evaluations).toBeCloseTo(3.1, 9);
    const at = finals.indexOf(0.9);
    expect(to_optimum).toEqual(at === 0 ? null : expect.closeTo(0.1 + at, 9));
    expect(to_top).toEqual(to_optimum);
    expect(best.map(([, y]) => y)).toEqual([1, 2, 3].map((n) => Math.max(...finals.slice(1, n + 1))));
  });

  it('gives means with Student\'s and shares with Clopper and Pearson\'s interval, and counts what was not found in full', () => {
    const budget = (found: number | null) => ({ evaluations: 10, to_optimum: found, to_top: found, best: [[1, 0.5]] as const });
    const { optimum_found, to_optimum, to_top_median } = summariseBudgets([budget(2), budget(4), budget(null), budget(8)]);
    // qt(.975, 3) = 3.182; the expansion is .02 off at 3 degrees of freedom. binom.test(3, 4): .1941 to .9937.
    expect(to_optimum[0]).toBe(6);
    expect((to_optimum[2] - 6) / (Math.sqrt(40 / 3) / 2)).toBeCloseTo(3.182, 1);
    expect(optimum_found.map((share) => share.toFixed(4))).toEqual(['0.7500', '0.1941', '0.9937']);
    expect(to_top_median).toBe(6);
  });
});
