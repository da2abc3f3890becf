import { describe, expect, it } from 'vitest';
import { createRng, type StoredEvent, type StudyEvent, type TrialId } from '../../src/core/index.js';
import { parseFeatureParts, SrmPredictor, SrmRule, srmRuleDefaults, type SrmRuleOptions } from '../../src/predict/index.js';
import { FullStrategy, sampledSource } from '../../src/search/index.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';
import { runCurveStudy, type CurveStudy } from './curve-study.js';
import { LineSolver } from './line-solver.js';
import { curveOf, CurveSpace } from './synthetic.js';

const EPOCHS = 8;
const TRIALS = 40;
const space = new CurveSpace();

function makeRule(change: Partial<SrmRuleOptions> = {}, solver = new LineSolver()): SrmRule {
  const predictor = new SrmPredictor({ kind: 'ridge', solver, features: parseFeatureParts('TS+AP+HP'), scale: 'auto', sigma: 'loo', target: 'level', draws: 3 });
  return new SrmRule(predictor, { ...srmRuleDefaults, burnIn: 12, ...change }, createRng(5));
}

function search(rule: SrmRule, { seed = 4, nth = 1, parallel = 2, curve = curveOf } = {}): Promise<CurveStudy> {
  const strategy = new FullStrategy(sampledSource(space, createRng(seed)), { trials: TRIALS, epochs: EPOCHS, nth });
  return runCurveStudy({ epochs: EPOCHS, parallel, strategy, rule, curveOf: (c) => curve(c, EPOCHS) });
}

/** A rule that has been told of `count` fully trained curves; more can be told. */
class Told {
  private seq = 0;
  readonly rule: SrmRule;

  constructor(change: Partial<SrmRuleOptions> = {}, readonly solver = new LineSolver(), count = 12) {
    this.rule = makeRule(change, solver);
    for (let trial = 0; trial < count; trial++) this.train(trial, EPOCHS);
  }

  tell(event: StudyEvent): void {
    this.rule.tell({ ...event, seq: ++this.seq, time: 0 } as StoredEvent);
  }

  /** Trains a sampled trial through the epochs after `from`. */
  train(trial: TrialId, through: number, { quality, from = 0 }: { quality?: number; from?: number } = {}): void {
    const sampled = space.sample(createRng('told').fork(trial));
    const candidate = quality === undefined ? sampled : { ...sampled, hp: { quality, pace: 2 } };
    if (from === 0) this.tell({ type: 'start', trial, candidate, until: EPOCHS });
    curveOf(candidate, EPOCHS).slice(from, through).forEach((value, i) => {
      this.tell({ type: 'epoch', trial, attempt: 1, epoch: from + i + 1, value, seconds: 1 });
    });
    if (through === EPOCHS) this.tell({ type: 'finish', trial });
  }

  /** Judges, and journals the record as a study does. */
  async judge(trial: TrialId, bar: number | null) {
    const { verdict, record } = await this.rule.judge(trial, { horizon: EPOCHS, bar });
    if (record !== undefined) this.tell({ type: 'fit', record });
    return { verdict, record };
  }

  async freeze(trial: TrialId, epoch: number, bar: number, by?: string): Promise<void> {
    const { verdict } = await this.judge(trial, bar);
    expect(verdict.action).toBe('freeze');
    this.tell({ type: 'verdict', trial, epoch, verdict, ...(by === undefined ? {} : { by }) });
  }
}

stoppingRuleContract('SrmRule', () => makeRule());
stoppingRuleContract('SrmRule of the paper', () => makeRule({ refit: false, thaw: false, confidence: 0.99 }));

describe('SrmRule in a search over curves of known order', () => {
  it('freezes the hopeless, trains the best to the end, and saves epochs', async () => {
    for (const seed of [1, 2, 3]) {
      const { events, frozen, finished, epochsTrained } = await search(makeRule(), { seed });
      const ends = events.flatMap((e) => (e.type === 'start' ? [curveOf(e.candidate, EPOCHS).at(-1) ?? NaN] : []));
      expect(finished.has(ends.indexOf(Math.max(...ends)))).toBe(true);
      expect(frozen.size).toBeGreaterThan(15);
      expect(epochsTrained).toBeLessThan(0.6 * TRIALS * EPOCHS);
      for (const trial of frozen) expect(ends[trial]).toBeLessThan(Math.max(...ends));
    }
  });

  it('judges nothing by prediction until the burn-in is fully trained', async () => {
    const { events } = await search(makeRule());
    const twelfth = events.filter((e) => e.type === 'finish')[11]?.seq ?? 0;
    for (const e of events) {
      if (e.type !== 'verdict') continue;
      if (e.seq < twelfth) expect(e.verdict).toEqual({ action: 'continue', reason: expect.stringMatching(/^burn-in: \d+ of 12/) as string });
      else expect('predicted' in e.verdict && e.verdict.predicted?.probability).toBeTypeOf('number');
    }
  });

  it('stops fewer with an offset and with the n-th best as the bar', async () => {
    const epochs = async (change: Partial<SrmRuleOptions>, nth: number) => (await search(makeRule(change), { nth })).epochsTrained;
    const plain = await epochs({}, 1);
    expect(await epochs({ offset: 0.1 }, 1)).toBeGreaterThan(plain);
    expect(await epochs({}, 5)).toBeGreaterThan(plain);
  });

  it('goes on after a diverging trial and never trains on it', async () => {
    const diverging = (candidate: Parameters<typeof curveOf>[0], epochs: number): number[] => {
      const curve = curveOf(candidate, epochs);
      return (candidate.hp.pace ?? 0) > 3.4 ? [...curve.slice(0, 3), NaN] : curve;
    };
    const { events, finished, frozen } = await search(makeRule(), { curve: diverging });
    const failed = new Set(events.flatMap((e) => (e.type === 'fail' ? [e.trial] : [])));
    expect(failed.size).toBeGreaterThan(2);
    expect(failed.size + finished.size + frozen.size).toBe(TRIALS);
    const trained = events.flatMap((e) => (e.type === 'fit' ? (e.record.trials as number[]) : []));
    expect(trained.some((trial) => failed.has(trial))).toBe(false);
  });

  it('tunes again after growth by half, refits after growth by a quarter, and once where refit is off', async () => {
    const solver = new LineSolver();
    const { events } = await search(makeRule({ thaw: false, offset: 10 }, solver), { parallel: 1 });
    const fits = events.flatMap((e) => (e.type === 'fit' ? [[e.record.count, e.record.tunedOn]] : []));
    // Every quarter: 12, 15, 19, 24, 30, 38 trials; tuned again at >= 18 and >= 28.5.
    expect(fits).toEqual([[12, 12], [15, 12], [19, 19], [24, 19], [30, 30], [38, 30]]);
    expect(solver.tunes).toBe(3);
    const once = await search(makeRule({ refit: false }));
    expect(once.events.filter((e) => e.type === 'fit').length).toBe(1);
  });
});

describe('SrmRule, freeze by freeze', () => {
  it('trains on a run that came back once: sigma does not shrink, hyper-parameters are not chosen by what is known by heart', async () => {
    const [once, twice] = [new Told(), new Told()];
    for (let trial = 0; trial < 12; trial++) {
      const candidate = space.sample(createRng('told').fork(trial));
      twice.tell({ type: 'start', trial: 20 + trial, candidate, until: EPOCHS });
      curveOf(candidate, EPOCHS).forEach((value, i) => twice.tell({ type: 'epoch', trial: 20 + trial, attempt: 1, epoch: i + 1, value, seconds: 1 }));
    }
    for (const told of [once, twice]) told.train(50, 4, { quality: 0.5 });
    const [plain, repeated] = [await once.judge(50, 0.85), await twice.judge(50, 0.85)];
    expect(repeated.record).toMatchObject({ count: 24, trials: Array.from({ length: 12 }, (_, i) => 20 + i) });
    expect(repeated.record?.['sigma']).toEqual(plain.record?.['sigma']);
  });

  it('says why in numbers that agree with each other', async () => {
    const told = new Told();
    told.train(50, 4, { quality: 0.2 });
    const { verdict } = await told.judge(50, 0.85);
    if (verdict.action !== 'freeze') throw new Error(`expected a freeze, got ${JSON.stringify(verdict)}`);
    const { mean = NaN, sigma = NaN } = verdict.predicted ?? {};
    const probability = verdict.predicted?.probability ?? NaN;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(verdict).toMatchObject({ value: { y: mean, at: EPOCHS }, bar: 0.85, predicted: { horizon: EPOCHS } });
    expect(mean + 1.6448 * sigma).toBeLessThan(0.85);
    expect(probability).toBeGreaterThanOrEqual(0.95);
    expect(verdict.reason).toBe(`p(does not pass the bar) = ${probability.toFixed(4)} >= 0.95`);
  });

  it('lowers the bar by the offset', async () => {
    const freezes = async (offset: number) => {
      const told = new Told({ offset });
      told.train(50, 4, { quality: 0.5 });
      return (await told.judge(50, 0.7)).verdict.action;
    };
    expect([await freezes(0), await freezes(0.1)]).toEqual(['freeze', 'continue']);
  });

  it('predicts without a probability while there is no bar, and leaves a trial at its last epoch alone', async () => {
    const told = new Told();
    told.train(50, 4, { quality: 0.2 });
    expect((await told.judge(50, null)).verdict).toMatchObject({ action: 'continue', predicted: { probability: null } });
    told.train(51, 8, { quality: 0.2 });
    expect((await told.judge(51, 0.85)).verdict).toEqual({ action: 'continue' });
  });

  it('thaws after a refit what no longer has a case, the most promising first, and what it thaws needs a later epoch to freeze', async () => {
    const told = new Told();
    for (const [trial, quality] of [[50, 0.3], [51, 0.5], [52, 0.15]] as const) {
      told.train(trial, 3, { quality });
      await told.freeze(trial, 3, 0.85);
    }
    const frozen = (bar: number) => [50, 51, 52].map((trial) => ({ trial, stakes: { horizon: EPOCHS, bar } }));
    expect((await told.rule.review(frozen(0.85), { final: false })).thaw).toEqual([]);
    // A lower bar (the best was cancelled, say): two of the three may pass it.
    const { thaw } = await told.rule.review(frozen(0.55), { final: false });
    expect(thaw.map(({ trial }) => trial)).toEqual([51, 50]);
    for (const { reason } of thaw) expect(reason).toMatch(/^p\(does not pass the bar\) = 0\.\d{4} < 0\.95$/);
    told.tell({ type: 'thaw', trial: 51, reason: 'review' });
    expect((await told.judge(51, 0.85)).verdict).toMatchObject({ action: 'continue', reason: expect.stringContaining('only a later epoch') as string });
    told.train(51, 4, { quality: 0.5, from: 3 });
    expect((await told.judge(51, 0.85)).verdict.action).toBe('freeze');
    expect((await new Told({ thaw: false }).rule.review(frozen(-1), { final: true })).thaw).toEqual([]);
  });

  it('fits afresh for the last review when trials came in since', async () => {
    const told = new Told();
    told.train(50, 3, { quality: 0.3 });
    await told.freeze(50, 3, 0.85);
    const ask = [{ trial: 50, stakes: { horizon: EPOCHS, bar: 0.85 } }];
    expect((await told.rule.review(ask, { final: true })).record).toBeUndefined();
    told.train(60, 8);
    expect((await told.rule.review(ask, { final: false })).record).toBeUndefined();
    const { record } = await told.rule.review(ask, { final: true });
    expect(record).toMatchObject({ by: 'srm', horizon: EPOCHS, count: 13, tunedOn: 12 });
  });

  it('leaves to people what people froze or thawed', async () => {
    const told = new Told();
    told.train(50, 3, { quality: 0.3 });
    await told.freeze(50, 3, 0.85, 'anna');
    expect((await told.rule.review([{ trial: 50, stakes: { horizon: EPOCHS, bar: -1 } }], { final: true })).thaw).toEqual([]);
    told.tell({ type: 'thaw', trial: 50, reason: 'want to see', by: 'anna' });
    told.train(50, 5, { quality: 0.3, from: 3 });
    expect((await told.judge(50, 0.85)).verdict).toMatchObject({ action: 'continue', reason: expect.stringContaining('by hand') as string });
  });

  it('continues with the reason when a fit fails, tries again when the set has grown by a quarter, and keeps an earlier fit until then', async () => {
    const told = new Told();
    told.solver.failure = new Error('no addon');
    told.train(50, 3, { quality: 0.3 });
    const failed = await told.judge(50, 0.85);
    expect(failed).toMatchObject({ verdict: { action: 'continue', reason: 'no fit on 12 trials: no addon' }, record: { by: 'srm', count: 12, error: 'no addon' } });
    expect(await told.judge(50, 0.85)).toEqual({ verdict: { action: 'continue', reason: 'no fit: no addon' }, record: undefined });
    told.solver.failure = null;
    for (const trial of [20, 21, 22]) told.train(trial, 8);
    expect((await told.judge(50, 0.85)).verdict.action).toBe('freeze');
    told.solver.failure = new Error('again');
    for (const trial of [23, 24, 25, 26]) told.train(trial, 8);
    expect(await told.judge(50, 0.85)).toMatchObject({ verdict: { action: 'freeze' }, record: { error: 'again' } });
  });

  it('keeps a set of models a horizon, each after its own burn-in', async () => {
    const told = new Told({}, new LineSolver(), 10);
    for (const trial of [20, 21]) told.train(trial, 5);
    told.train(50, 3, { quality: 0.1 });
    expect((await told.judge(50, 0.85)).verdict).toMatchObject({ reason: 'burn-in: 10 of 12 trials trained to epoch 8' });
    const { verdict, record } = await told.rule.judge(50, { horizon: 5, bar: 0.7 });
    expect(record).toMatchObject({ horizon: 5, trials: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21] });
    expect((record?.sigma as number[]).length).toBe(4);
    expect(verdict).toMatchObject({ action: 'freeze', value: { at: 5 } });
  });

  it('trains on the srm-max trials that came last', async () => {
    const told = new Told({ burnIn: 8, srmMax: 8 });
    told.train(50, 3, { quality: 0.3 });
    expect((await told.judge(50, 0.85)).record).toMatchObject({ count: 12, trials: [4, 5, 6, 7, 8, 9, 10, 11] });
  });

  it('on resume fits nothing anew: the last record alone gives the same verdict', async () => {
    const told = new Told();
    told.train(50, 3, { quality: 0.3 });
    const { verdict, record } = await told.judge(50, 0.85);
    const resumed = new Told();
    resumed.tell({ type: 'fit', record: JSON.parse(JSON.stringify(record)) as NonNullable<typeof record> });
    resumed.train(50, 3, { quality: 0.3 });
    expect(await resumed.judge(50, 0.85)).toEqual({ verdict, record: undefined });
    expect([resumed.solver.tunes, resumed.solver.refits]).toEqual([0, 1]);
  });

  it('refuses settings that make no sense', () => {
    expect(() => makeRule({ burnIn: 3 })).toThrow(/burn-in of at least 6 trials, got 3/);
    expect(() => makeRule({ confidence: 0.4 })).toThrow(/confidence above .5/);
    expect(() => makeRule({ offset: -1 })).toThrow(/offset/);
    expect(() => makeRule({ srmMax: 5 })).toThrow(/srm-max/);
  });
});
