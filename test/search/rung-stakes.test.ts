// f-Hyperband: what a rule may judge within a rung, and that it is silent before its time.
import { describe, expect, it } from 'vitest';
import { createRng, type StoppingRule, type StoredEvent } from '../../src/core/index.js';
import { NoRule } from '../../src/predict/index.js';
import { BracketStrategy, hyperbandBrackets, poolSource, sampledSource } from '../../src/search/index.js';
import { RungStakes } from '../../src/search/strategies/rung-stakes.js';
import { strategyContract } from '../contracts/strategy.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { CurveSpace } from '../predict/synthetic.js';

const brackets = hyperbandBrackets({ epochs: 9, eta: 3 });
const pruned = (kappa: number, minModels: number, source = sampledSource(new CurveSpace(), createRng(9))) =>
  new BracketStrategy({ name: 'f-hyperband' }, source, [...brackets, ...brackets], 40, { kappa, minModels, known: 0 });

strategyContract('f-Hyperband', 9, () => pruned(0.25, 5));

describe('stakes of a rung', () => {
  let seq = 0;
  const epoch = (trial: number, at: number, value: number): StoredEvent => ({ type: 'epoch', trial, attempt: 1, epoch: at, value, seconds: 1, seq: ++seq, time: 0 });
  const reach = (stakes: RungStakes, at: number, values: readonly number[]): void => values.forEach((value, trial) => stakes.tell(epoch(trial, at, value)));

  it('are the ceil(kappa n)-th best at r_i, null until so many reached it', () => {
    const stakes = new RungStakes({ kappa: 0.3, minModels: 2, known: 2 }, 27);
    stakes.open(3, 9);
    expect(stakes.now()).toBeNull();
    reach(stakes, 3, [0.5, 0.7]);
    expect(stakes.now()).toBeNull();
    reach(stakes, 3, [0.6]);
    expect(stakes.now()).toEqual({ horizon: 3, bar: 0.5 });
    reach(stakes, 2, [0.9]);
    reach(stakes, 3, [0.8, 0.1]);
    expect(stakes.now()).toEqual({ horizon: 3, bar: 0.6 });
  });

  it('begin with the rung after the one that brought the models, never within it', () => {
    const stakes = new RungStakes({ kappa: 0.1, minModels: 3, known: 0 }, 27);
    stakes.open(3, 4);
    reach(stakes, 3, [0.5, 0.6, 0.7, 0.8]);
    expect(stakes.now()).toBeNull();
    stakes.open(3, 4);
    reach(stakes, 3, [0.4]);
    expect(stakes.now()).toEqual({ horizon: 3, bar: 0.4 });
    stakes.open(9, 2);
    reach(stakes, 9, [0.9]);
    expect(stakes.now()).toBeNull();
  });

  it('of a rung to the end are the best of all brackets of the run as well', () => {
    const stakes = new RungStakes({ kappa: 0.25, minModels: 1, known: 1 }, 9);
    stakes.openBracket(3);
    stakes.open(9, 1);
    reach(stakes, 9, [0.7]);
    stakes.openBracket(9);
    stakes.open(9, 8);
    expect(stakes.now()).toEqual({ horizon: 9, bar: 0.7 });
    reach(stakes, 9, [0.9, 0.8, 0.2]);
    expect(stakes.now()).toEqual({ horizon: 9, bar: 0.9 });
    // A lower rung promotes: there its own ones alone set the bar.
    stakes.open(3, 4);
    expect(stakes.now()).toBeNull();
    // The next run of Hyperband knows nothing of this one.
    stakes.openBracket(1);
    stakes.open(9, 4);
    expect(stakes.now()).toBeNull();
  });

  it('refuse shares and counts that make no sense', () => {
    expect(() => new RungStakes({ kappa: 0, minModels: 3, known: 0 }, 27)).toThrow(/kappa: expected a share above 0/);
    expect(() => new RungStakes({ kappa: 1, minModels: 0, known: 0 }, 27)).toThrow(/min-models/);
  });
});

describe('f-Hyperband', () => {
  const pool = Array.from({ length: 40 }, (_, i) => ({ architecture: null, ap: {}, hp: { i } }));
  const curveOf = ({ hp }: { readonly hp: { readonly [name: string]: number } }): number[] => Array.from({ length: 9 }, (_, e) => -(hp['i'] ?? 0) + e / 100);
  /** Freezes whatever stands below the bar now. */
  const bold: StoppingRule = {
    ...new NoRule(), settings: { name: 'bold' }, tell: () => undefined, review: () => Promise.resolve({ thaw: [] }),
    judge: (trial, { bar, horizon }) => Promise.resolve({ verdict: -trial < (bar ?? -Infinity) ? { action: 'freeze', reason: 'below', value: { y: 0, at: horizon }, ...(bar === null ? {} : { bar }) } : { action: 'continue' } }),
  };

  it('stops within rungs once their models are there, promotes as Hyperband does, and judges nobody of a rung that is closed', async () => {
    const strategy = pruned(0.25, 5, poolSource(pool));
    const { events, frozen } = await runCurveStudy({ epochs: 9, strategy, rule: bold, curveOf });
    expect(frozen.size).toBeGreaterThan(3);
    for (const trial of frozen) expect(strategy.stakes(trial)).toBeNull();
    const plain = await runCurveStudy({ epochs: 9, strategy: pruned(0.25, 1e6, poolSource(pool)), rule: bold, curveOf });
    expect(plain.frozen.size).toBe(0);
    const finished = (of: typeof events) => of.filter(({ type }) => type === 'finish').length;
    expect(finished(events)).toBeLessThan(finished(plain.events));
    // The best of all is trained to the end in both.
    expect(events.some((event) => event.type === 'finish' && event.trial === 0)).toBe(true);
  });

  it('looks at all of a judged rung for one epoch and lets the best go first', async () => {
    const shuffled = createRng(4).shuffle(pool);
    const { events } = await runCurveStudy({ epochs: 9, strategy: pruned(0.1, 1, poolSource(shuffled)), rule: new NoRule(), curveOf });
    // The second bracket begins with five trials of three epochs, after the first one's nine.
    const second = new Set([9, 10, 11, 12, 13]);
    const own = events.filter((event) => 'trial' in event && second.has(event.trial));
    const starts = own.filter((event) => event.type === 'start');
    expect(starts.map((event) => 'until' in event && event.until)).toEqual([1, 1, 1, 1, 1]);
    const resumed = own.flatMap((event) => (event.type === 'resume' && event.until === 3 ? [event.trial] : []));
    const places = (trial: number): number => shuffled[trial]?.hp['i'] ?? NaN;
    expect(resumed).toEqual([...second].sort((a, b) => places(a) - places(b)));
  });
});
