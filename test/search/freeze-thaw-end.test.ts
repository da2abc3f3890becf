// When freeze-thaw ends: no run has more than 1 - Delta to beat the bar, or all that wait are together expected to hold too few better ones, and a fresh fit agrees. The
// model says what each test is about; a run's chance is its own matter.
import { describe, expect, it } from 'vitest';
import { createRng, type FitRecord, type StoredEvent, type TrialId } from '../../src/core/index.js';
import { NoRule, type Prediction, type RunModel } from '../../src/predict/index.js';
import { FreezeThawStrategy, sampledSource } from '../../src/search/index.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { CurveSpace, curveOf } from '../predict/synthetic.js';

const T = 20;
const TRIALS = 100;
/** Five and three burn in. */
const BURNT = 8;
/** 4 (1 - Delta) sqrt(N). */
const BOUND = 2;
const DELTA = 0.95;

/** A model that says p(y_T <= bar) of each by `below`; it has a fit to make at first and, where `fresh` says so, once more when the search seems over. */
class ScriptedModel implements RunModel {
  readonly settings = { name: 'scripted' };
  readonly by = 'scripted';
  readonly grid = [1, 5, 10, T];
  readonly asked: string[] = [];
  fits = 0;

  constructor(private readonly below: (trial: TrialId, fits: number) => number, private readonly fresh = 0) {}

  tell(event: StoredEvent): void {
    if (event.type === 'fit' && event.record.by === this.by) this.fits++;
  }

  fit(when: 'due' | 'latest'): Promise<FitRecord | undefined> {
    this.asked.push(when);
    const due = this.fits === 0 || (when === 'latest' && this.fits <= this.fresh);
    return Promise.resolve(due ? { by: this.by, horizon: T, fit: this.fits } : undefined);
  }

  chancesBelow(trials: readonly TrialId[]): Promise<Float64Array> {
    return Promise.resolve(Float64Array.from(trials, (trial) => this.below(trial, this.fits)));
  }

  predict(trials: readonly TrialId[]): Promise<readonly Prediction[]> {
    // The smaller the trial's number, the more promising.
    return Promise.resolve(trials.map((trial) => ({ mean: 0.5 - trial / 1000, sigma: 0.01, below: () => this.below(trial, this.fits) })));
  }
}

async function search(model: ScriptedModel) {
  const options = { trials: TRIALS, epochs: T, nth: 1, confidence: DELTA, offset: 0, burnIn: { best: 5, random: 3, scouts: TRIALS } };
  const strategy = new FreezeThawStrategy(sampledSource(new CurveSpace(), createRng(9)), model, options, createRng('freeze-thaw'));
  const { events, frozen, finished } = await runCurveStudy({ epochs: T, strategy, rule: new NoRule(), curveOf: (c) => curveOf(c, T) });
  const choice = events.findIndex((event) => event.type === 'fit' && event.record.by === 'freeze-thaw');
  const burnt = ((events[choice] as Extract<StoredEvent, { type: 'fit' }>).record['chosen'] as readonly TrialId[]);
  const resumed = events.flatMap((event) => (event.type === 'resume' && !burnt.includes(event.trial) ? [event.trial] : []));
  return { events, frozen, finished, burnt, resumed };
}

describe('freeze-thaw ends', () => {
  it('where no run has more than 1 - Delta, however many better ones they hold together', async () => {
    const below = 0.96;
    expect((TRIALS - BURNT) * (1 - below)).toBeGreaterThan(BOUND);
    const { resumed, frozen, finished } = await search(new ScriptedModel(() => below));
    expect([resumed, frozen.size, finished.size]).toEqual([[], TRIALS - BURNT, BURNT]);
  });

  it('where all that wait hold too few better ones, although one is live', async () => {
    const { resumed, frozen } = await search(new ScriptedModel((trial) => (trial === 50 ? 0.3 : 0.99)));
    expect(0.7 + (TRIALS - BURNT - 1) * 0.01).toBeLessThan(BOUND);
    expect([resumed, frozen.size]).toEqual([[], TRIALS - BURNT]);
  });

  it('not while one is live and they hold enough: the live ones go on, the most promising first, until too little is left', async () => {
    const live = new Set([60, 40, 50]);
    const below = (trial: TrialId): number => (live.has(trial) ? 0.3 : 0.986);
    // Three live ones and about ninety others: 2.1 + 1.2; without the first 2.6, without two of them less than 2.
    const { resumed, burnt, finished, frozen } = await search(new ScriptedModel(below));
    expect(burnt.some((trial) => live.has(trial))).toBe(false);
    const others = (TRIALS - BURNT - live.size) * 0.014;
    const needed = [3, 2, 1].filter((left) => left * 0.7 + others > BOUND).length;
    expect(needed).toBe(2);
    expect(resumed).toEqual([40, 40, 40, 50, 50, 50]);
    expect([finished.size, frozen.size]).toEqual([BURNT + 2, TRIALS - BURNT - 2]);
  });

  it('only when a fit of all that came in agrees: where it does not, the search goes on', async () => {
    const agreeing = new ScriptedModel(() => 0.99, 1);
    expect((await search(agreeing)).resumed).toEqual([]);
    expect(agreeing.fits).toBe(2);
    expect(agreeing.asked.indexOf('latest')).toBeGreaterThan(0);
    const disagreeing = new ScriptedModel((trial, fits) => (fits < 2 ? 0.99 : trial < 10 ? 0.5 : 0.99), 1);
    const { resumed, events } = await search(disagreeing);
    expect(resumed.length).toBeGreaterThan(0);
    const second = events.filter((event) => event.type === 'fit' && event.record.by === 'scripted')[1]?.seq ?? NaN;
    const freezes = events.filter((event) => event.type === 'verdict' && event.verdict.action === 'freeze');
    expect(Math.min(...freezes.map(({ seq }) => seq))).toBeGreaterThan(second);
  });

  it('says of each run why it is frozen, with its chance and the bar', async () => {
    const { events, finished } = await search(new ScriptedModel((trial) => 0.96 + trial / 10000));
    const freezes = events.flatMap((event) => (event.type === 'verdict' && event.verdict.action === 'freeze' ? [{ trial: event.trial, ...event.verdict }] : []));
    expect(freezes).toHaveLength(TRIALS - BURNT);
    for (const { trial, predicted, bar, reason } of freezes) {
      expect([predicted?.probability, bar]).toEqual([0.96 + trial / 10000, Math.max(...finished.values())]);
      expect(reason).toMatch(/^p\(does not pass the bar\) = [01]\.\d{4}: too little was left to be found$/);
    }
  });
});
