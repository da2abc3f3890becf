// The chain model as a predictor and as a rule; its arithmetic has tests of its own in C++ (test/native/cpp/chain.cpp).
import { describe, expect, it } from 'vitest';
import { createRng, type StoredEvent } from '../../src/core/index.js';
import { burnInFor, ChainPredictor, ChainRule, type ChainRuleOptions } from '../../src/predict/index.js';
import { chooseBurnIn } from '../../src/predict/rules/chain/burn-in.js';
import { ChainLedger } from '../../src/predict/rules/chain/ledger.js';
import { TrialBook, type TrialRecord } from '../../src/predict/rules/trial-book.js';
import { chainGrid, earlyGrid, firstLook } from '../../src/predict/chain/grid.js';
import { readingAt } from '../../src/predict/chain/model.js';
import { FullStrategy, sampledSource } from '../../src/search/index.js';
import { curvePredictorContract, trainingRows } from '../contracts/curve-predictor.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';
import { runCurveStudy, type CurveStudy } from './curve-study.js';
import { curveOf, CurveSpace } from './synthetic.js';

const makePredictor = () => new ChainPredictor({ features: ['TS', 'AP', 'HP'] });
const makeRule = (change: Partial<ChainRuleOptions> = {}) =>
  new ChainRule({ confidence: 0.95, offset: 0, thaw: true, features: ['TS', 'AP', 'HP'], particles: 100, burnIn: { scouts: 12, best: 5, random: 2 }, ...change }, createRng(3));

curvePredictorContract('the chain predictor', makePredictor);
stoppingRuleContract('the chain rule', makeRule);

describe('the grid', () => {
  it('goes from a twentieth of the curve to its end in geometric steps, and holds what is asked for', () => {
    expect(chainGrid(20)).toEqual([1, 2, 3, 4, 7, 9, 14, 20]);
    expect(chainGrid(500)).toHaveLength(9);
    expect([firstLook(500), chainGrid(500)[0], chainGrid(500).at(-1)]).toEqual([25, 25, 500]);
    expect(chainGrid(20, [5])).toContain(5);
    expect(chainGrid(1)).toEqual([1]);
  });

  it('of a search that can come back goes from a fortieth, in steps of the same ratio', () => {
    expect(earlyGrid(20)).toEqual(chainGrid(20));
    expect(earlyGrid(500)).toHaveLength(11);
    expect([earlyGrid(500)[0], earlyGrid(500).at(-1)]).toEqual([12, 500]);
    expect(earlyGrid(100)).toEqual([2, 3, 4, 6, 10, 14, 21, 31, 46, 68, 100]);
    expect([earlyGrid(1), earlyGrid(2)]).toEqual([[1], [1, 2]]);
  });
});

describe('a reading', () => {
  const curve = [1, 2, 3, 4, 5, 6, NaN, 8, 9, 30];
  const grid = [2, 4, 9, 10];

  it('is the mean over the second half of the way from the point before, of the scores that are numbers', () => {
    expect(readingAt(curve, grid, 0)).toBe(2);
    expect(readingAt(curve, grid, 1)).toBe(4);
    // Of epochs 7, 8, 9 the first broke off.
    expect(readingAt(curve, grid, 2)).toBe(8.5);
    expect(readingAt([0, 0, 4, 8], [1, 4, 9], 1)).toBe(6);
  });

  it('is the score itself at the horizon, and missing where the curve does not get there or has no number', () => {
    expect(readingAt(curve, grid, 3)).toBe(30);
    expect(readingAt(curve.slice(0, 8), grid, 2)).toBeNaN();
    expect(readingAt(curve, [3, 7, 10], 1)).toBeNaN();
  });

  it('says more of a noisy curve than one score does', async () => {
    const noisy = (label: string) => trainingRows(60, label).map((row) => {
      const rng = createRng(`${label} ${row.trial}`);
      return { ...row, curve: Array.from({ length: 16 }, (_, e) => (row.curve[7] as number) + 0.5 * rng.normal() * (e < 15 ? 1 : 0)) };
    });
    const probes = noisy('probes');
    const model = await makePredictor().fit({ rows: noisy('train'), horizon: 16, taus: [11], rng: createRng(1) });
    const wrong = async (of: (probe: (typeof probes)[number]) => Promise<number> | number) => {
      const errors = await Promise.all(probes.map(async (probe) => Math.abs((await of(probe)) - (probe.curve[15] as number))));
      return errors.reduce((a, b) => a + b, 0) / errors.length;
    };
    expect(await wrong(async (probe) => (await model.predict({ ...probe, curve: probe.curve.slice(0, 11) }, 11)).mean)).toBeLessThan(await wrong((probe) => probe.curve[10] as number));
  });
});

describe('the chain predictor', () => {
  it('learns from runs that were stopped: they sharpen the steps that they took', async () => {
    const finished = trainingRows(8, 'finished');
    const stopped = trainingRows(60, 'stopped').map((row) => ({ ...row, trial: row.trial + 100, curve: row.curve.slice(0, 4) }));
    const probes = trainingRows(40, 'probes');
    const error = async (rows: typeof finished) => {
      const model = await makePredictor().fit({ rows, horizon: 8, taus: [1], rng: createRng(1) });
      const errors = await Promise.all(probes.map(async (probe) => Math.abs((await model.predict(probe, 1)).mean - (probe.curve[7] as number))));
      return errors.reduce((a, b) => a + b, 0) / errors.length;
    };
    expect(await error([...finished, ...stopped])).toBeLessThan(await error(finished));
  });

  it('covers what it says it covers', async () => {
    const model = await makePredictor().fit({ rows: trainingRows(80, 'train'), horizon: 8, taus: [2], rng: createRng(1) });
    const probes = trainingRows(200, 'coverage');
    const inside = await Promise.all(probes.map(async (probe) => {
      const p = (await model.predict(probe, 2)).below(probe.curve[7] as number);
      return p >= 0.1 && p <= 0.9;
    }));
    const share = inside.filter(Boolean).length / inside.length;
    // Binomial: .8 +- 3 x .028.
    expect(share).toBeGreaterThan(0.71);
    expect(share).toBeLessThan(0.89);
  });

  it('needs a point of the curve', async () => {
    await expect(makePredictor().fit({ rows: trainingRows(20, 'x'), horizon: 8, taus: [0], rng: createRng(1) })).rejects.toThrow(/tau 0/);
  });
});

describe('the burn-in', () => {
  it('is sized by the search', () => {
    expect(burnInFor(1000)).toEqual({ scouts: 40, best: 10, random: 5 });
    expect(burnInFor(40)).toEqual({ scouts: 40, best: 5, random: 3 });
    expect(burnInFor(5)).toMatchObject({ scouts: 5 });
    for (const trials of [2, 5, 10, 40, 80, 250]) expect(burnInFor(trials).best).toBeLessThanOrEqual(Math.max(2, burnInFor(trials).scouts));
  });

  it('takes the best of the first look and random others', () => {
    const scouts = [3, 9, 1, 7, 5].map((score, trial) => ({ trial, candidate: { architecture: null, ap: {}, hp: {} }, values: [score], epoch: 1, graph: null, failed: false, cancelled: false, usedThrough: 0, byHand: false }));
    const chosen = chooseBurnIn(scouts, 1, { scouts: 5, best: 2, random: 1 }, createRng(1));
    expect(chosen.slice(0, 2)).toEqual([1, 3]);
    expect(new Set(chosen).size).toBe(3);
  });
});

describe('the chain rule', () => {
  const EPOCHS = 12;
  const search = (rule: ChainRule, trials = 60): Promise<CurveStudy> => {
    const strategy = new FullStrategy(sampledSource(new CurveSpace(), createRng(4)), { trials, epochs: EPOCHS, nth: 1 });
    return runCurveStudy({ epochs: EPOCHS, strategy, rule, curveOf: (c) => curveOf(c, EPOCHS) });
  };
  const best = (trials: number): number =>
    Math.max(...Array.from({ length: trials }, (_, i) => curveOf(new CurveSpace().sample(createRng(4).fork('trial', i, 0)), EPOCHS).at(-1) ?? -Infinity));

  it('finds the best of sixty for less than half of the epochs', async () => {
    const study = await search(makeRule());
    expect(study.epochsTrained).toBeLessThan(0.5 * 60 * EPOCHS);
    expect(Math.max(...study.finished.values())).toBe(best(60));
  });

  it('looks first, then trains the best and some random ones to the end, then judges', async () => {
    const { events } = await search(makeRule());
    const choice = events.find((event): event is Extract<StoredEvent, { type: 'fit' }> => event.type === 'fit');
    expect(choice?.record['chosen']).toHaveLength(7);
    const before = events.filter((event) => event.type === 'epoch' && event.seq < (choice?.seq ?? 0));
    expect(before.every((event) => event.type === 'epoch' && event.epoch === 1)).toBe(true);
    expect(before).toHaveLength(12);
    const judged = events.find((event) => event.type === 'verdict' && event.verdict.action !== 'stop' && event.verdict.predicted !== undefined);
    const finished = events.filter((event) => event.type === 'finish' && event.seq < (judged?.seq ?? 0));
    expect(finished.length).toBeGreaterThanOrEqual(7);
  });

  it('says in its verdicts what it predicted and why', async () => {
    const { events } = await search(makeRule());
    const frozen = events.findLast((event) => event.type === 'verdict' && event.verdict.action === 'freeze' && event.verdict.predicted !== undefined);
    if (frozen?.type !== 'verdict' || frozen.verdict.action !== 'freeze') throw new Error('expected a freeze with a prediction');
    expect(frozen.verdict.predicted?.quantiles).toHaveLength(5);
    expect(frozen.verdict.predicted?.probability).toBeGreaterThanOrEqual(0.95);
    expect(frozen.verdict.reason).toMatch(/^p\(does not pass the bar\) = [01]\.\d{4} >= 0\.95$/);
    expect(frozen.verdict.value.at).toBe(EPOCHS);
  });

  it('judges only at points of the grid', async () => {
    const { events } = await search(makeRule());
    const epochs = new Set(events.flatMap((event) => (event.type === 'verdict' && event.verdict.action !== 'stop' && event.verdict.predicted !== undefined ? [event.epoch] : [])));
    expect([...epochs].every((epoch) => chainGrid(EPOCHS).includes(epoch))).toBe(true);
  });

  it('leaves a run that a person thawed as it is, before the choice and after', async () => {
    const rule = makeRule();
    const told = (event: object, seq: number): void => rule.tell({ ...event, seq, time: 0 } as StoredEvent);
    told({ type: 'start', trial: 0, candidate: { architecture: null, ap: {}, hp: {} }, until: EPOCHS }, 1);
    told({ type: 'epoch', trial: 0, attempt: 1, epoch: 1, value: 0.1, seconds: 1 }, 2);
    expect((await rule.judge(0, { horizon: EPOCHS, bar: null })).verdict.action).toBe('freeze');
    told({ type: 'thaw', trial: 0, reason: 'by hand', by: 'ann' }, 3);
    told({ type: 'epoch', trial: 0, attempt: 2, epoch: 2, value: 0.1, seconds: 1 }, 4);
    expect((await rule.judge(0, { horizon: EPOCHS, bar: null })).verdict.action).toBe('continue');
    told({ type: 'fit', record: { by: 'chain', chosen: [9], scouts: 12 } }, 5);
    expect((await rule.judge(0, { horizon: EPOCHS, bar: 0.9 })).verdict.action).toBe('continue');
  });

  it('waits for no run that a person took: one cancelled while it burns in, one cancelled or frozen before the choice', async () => {
    const rule = makeRule({ burnIn: { scouts: 5, best: 2, random: 0 } });
    let seq = 0;
    const told = (event: object): void => rule.tell({ ...event, seq: ++seq, time: 0 } as StoredEvent);
    const stakes = { horizon: EPOCHS, bar: null };
    const freeze = (trial: number, by?: string) => told({ type: 'verdict', trial, epoch: 1, verdict: { action: 'freeze', reason: '', value: { y: 0, at: 1 } }, ...(by === undefined ? {} : { by }) });
    const train = (trial: number, from: number, to: number): void => curveOf(new CurveSpace().sample(createRng(5).fork(trial)), EPOCHS).slice(from, to).forEach((value, i) => told({ type: 'epoch', trial, attempt: 1, epoch: from + i + 1, value, seconds: 1 }));
    for (let trial = 0; trial < 6; trial++) told({ type: 'start', trial, candidate: new CurveSpace().sample(createRng(5).fork(trial)), until: EPOCHS });
    told({ type: 'cancel', trial: 0, by: 'ann' });
    for (let trial = 1; trial < 4; trial++) train(trial, 0, 1);
    freeze(1, 'ann');
    freeze(2);
    const { record } = await rule.judge(3, stakes);
    expect(record?.['chosen']).toBeUndefined();
    freeze(3);
    train(4, 0, 1);
    const { record: choice } = await rule.judge(4, stakes);
    expect(choice?.['chosen']).not.toContain(1);
    expect(choice?.['chosen']).toHaveLength(2);
    told({ type: 'fit', record: choice });
    freeze(4);
    const [first = -1, second = -1] = choice?.['chosen'] as number[];
    freeze(first, 'ann');
    const { thaw } = await rule.review([1, 2, 3, 4].map((trial) => ({ trial, stakes })), { final: false });
    expect(thaw).toEqual([{ trial: second, reason: 'chosen to burn in' }]);
    told({ type: 'cancel', trial: second, by: 'ann' });
    train(5, 0, 1);
    expect((await rule.judge(5, stakes)).verdict).not.toMatchObject({ reason: 'the burn-in has its turn first' });
  });

  it('comes back with the same fit after a resume, though a run was training an epoch again at the time', () => {
    const open = () => {
      const book = new TrialBook();
      const ledger = new ChainLedger(book, { features: ['TS', 'AP', 'HP'], particles: 100, posterior: 2, gridOf: chainGrid }, 5);
      return { ledger, book, tell: (event: object): void => [book, ledger].forEach((one) => one.tell(event as StoredEvent)) };
    };
    const candidates = Array.from({ length: 16 }, (_, trial) => new CurveSpace().sample(createRng(8).fork('trial', trial)));
    const story = [
      ...candidates.map((candidate, trial) => ({ type: 'start', trial, candidate, until: EPOCHS })),
      ...candidates.flatMap((candidate, trial) => curveOf(candidate, EPOCHS).map((value, i) => ({ type: 'epoch', trial, epoch: i + 1, value }))),
      ...curveOf(candidates[3] as (typeof candidates)[0], EPOCHS).slice(0, 2).map((value, i) => ({ type: 'epoch', trial: 3, epoch: i + 1, value })),
    ];
    const first = open();
    story.forEach(first.tell);
    const record = first.ledger.current(EPOCHS);
    first.tell({ type: 'fit', record });
    const resumed = open();
    [...story, { type: 'fit', record }].forEach(resumed.tell);
    const ends = ({ ledger, book }: ReturnType<typeof open>) => ledger.walkAll([book.get(3) as TrialRecord], EPOCHS);
    expect(record?.['count']).toBe(16);
    expect(ends(resumed)).toEqual(ends(first));
  });

  it('ends a search that is smaller than its first look', async () => {
    const study = await search(makeRule({ burnIn: { scouts: 40, best: 3, random: 1 } }), 9);
    expect(study.finished.size).toBeGreaterThanOrEqual(4);
    expect(Math.max(...study.finished.values())).toBe(best(9));
  });

  it('with thaw off judges every run once: what waited for the burn-in is still looked at', async () => {
    const study = await search(makeRule({ thaw: false }));
    expect(study.finished.size).toBeGreaterThanOrEqual(7);
    const thaws = study.events.flatMap((event) => (event.type === 'thaw' ? [event.trial] : []));
    expect(new Set(thaws).size).toBe(thaws.length);
  });

  it('refuses settings that make no sense', () => {
    expect(() => makeRule({ confidence: 0.4 })).toThrow(/above .5/);
    expect(() => makeRule({ burnIn: { scouts: 0, best: 5, random: 0 } })).toThrow(/at least 1 first look/);
    expect(() => makeRule({ particles: 3 })).toThrow(/20 particles/);
  });
});
