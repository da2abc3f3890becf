// Successive halving, Hyperband and ASHA: their contract, their arithmetic by hand, and who goes on.
import { describe, expect, it } from 'vitest';
import { createRng, type Candidate, type Strategy, type StudyEvent } from '../../src/core/index.js';
import { NoRule } from '../../src/predict/index.js';
import { AshaStrategy, BracketStrategy, halvingBracket, hyperbandBrackets, poolSource, sampledSource } from '../../src/search/index.js';
import { floorLog } from '../../src/search/strategies/bracket-plans.js';
import { Rungs } from '../../src/search/strategies/rungs.js';
import { strategyContract } from '../contracts/strategy.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { CurveSpace } from '../predict/synthetic.js';

const source = () => sampledSource(new CurveSpace(), createRng(9));
const halving = (trials: number, epochs: number, eta = 3, first = 1) =>
  new BracketStrategy({ name: 'sh' }, source(), [halvingBracket({ trials, epochs, eta, first })], trials);

strategyContract('successive halving', 9, () => halving(27, 9));
strategyContract('Hyperband', 9, () => new BracketStrategy({ name: 'hyperband' }, source(), hyperbandBrackets({ epochs: 9, eta: 3 }), 40));
strategyContract('ASHA', 9, () => new AshaStrategy(source(), { trials: 30, epochs: 9, eta: 3, first: 1 }));

/** Scores that fall with the trial's number, so that trial 0 is the best. */
async function play(strategy: Strategy, epochs: number, { parallel = 1, broken = [] as readonly number[] } = {}) {
  const curveOf = ({ hp }: Candidate): number[] =>
    Array.from({ length: broken.includes(hp['i'] ?? -1) ? 1 : epochs }, (_, e) => -(hp['i'] ?? 0) + e / 100);
  return runCurveStudy({ epochs, parallel, strategy, rule: new NoRule(), curveOf });
}

const trained = (events: Awaited<ReturnType<typeof play>>['events']): number[] => {
  const reached: number[] = [];
  for (const event of events) if (event.type === 'epoch') reached[event.trial] = event.epoch;
  return reached;
};
const pool = Array.from({ length: 200 }, (_, i) => ({ architecture: null, ap: {}, hp: { i } }));

describe('plans', () => {
  it('are Hyperband\'s published table for R = 81, eta = 3', () => {
    const table = hyperbandBrackets({ epochs: 81, eta: 3 }).map(({ rungs }) => rungs.map(({ trials, epochs }) => [trials, epochs]));
    expect(table).toEqual([
      [[81, 1], [27, 3], [9, 9], [3, 27], [1, 81]],
      [[34, 3], [11, 9], [3, 27], [1, 81]],
      [[15, 9], [5, 27], [1, 81]],
      [[8, 27], [2, 81]],
      [[5, 81]],
    ]);
  });

  it('take logarithms that doubles do not hold exactly', () => {
    expect([floorLog(243, 3), floorLog(242, 3), floorLog(1000, 10), floorLog(1, 3)]).toEqual([5, 4, 3, 0]);
  });

  it('halve down to T, whatever T is', () => {
    expect(halvingBracket({ trials: 1000, epochs: 20, eta: 3, first: 1 }).rungs).toEqual([
      { epochs: 1, trials: 1000 }, { epochs: 3, trials: 333 }, { epochs: 9, trials: 111 }, { epochs: 20, trials: 37 },
    ]);
    expect(halvingBracket({ trials: 5, epochs: 4, eta: 4, first: 4 }).rungs).toEqual([{ epochs: 4, trials: 5 }]);
    // 1, 1.5, 2.25: rungs that fall together are one, and it takes the fewer.
    expect(halvingBracket({ trials: 40, epochs: 5, eta: 1.5, first: 1 }).rungs).toEqual([{ epochs: 1, trials: 40 }, { epochs: 2, trials: 17 }, { epochs: 3, trials: 11 }, { epochs: 5, trials: 7 }]);
    expect(() => halvingBracket({ trials: 5, epochs: 4, eta: 1, first: 1 })).toThrow(/above 1/);
    expect(() => halvingBracket({ trials: 5, epochs: 4, eta: 3, first: 5 })).toThrow(/1 to 4/);
  });
});

describe('successive halving', () => {
  const over = (trials: number, epochs: number, first = 1) => new BracketStrategy({ name: 'sh' }, poolSource(pool), [halvingBracket({ trials, epochs, eta: 3, first })], trials);

  it('trains each rung\'s best third on, one at a time or four', async () => {
    for (const parallel of [1, 4]) {
      const reached = trained((await play(over(27, 9), 9, { parallel })).events);
      expect(reached.map((epoch) => epoch)).toEqual([...Array<number>(3).fill(9), ...Array<number>(6).fill(3), ...Array<number>(18).fill(1)]);
    }
  });

  it('passes a broken trial over', async () => {
    const reached = trained((await play(over(27, 9), 9, { broken: [0, 4] })).events);
    expect([reached[0], reached[1], reached[2], reached[3], reached[5]]).toEqual([1, 9, 9, 9, 3]);
  });

  it('goes on with what there is where the source runs dry', async () => {
    const few = new BracketStrategy({ name: 'sh' }, poolSource(pool.slice(0, 10)), [halvingBracket({ trials: 27, epochs: 9, eta: 3, first: 1 })], 27);
    const reached = trained((await play(few, 9)).events);
    expect(reached.filter((epoch) => epoch === 9)).toHaveLength(3);
    expect(reached).toHaveLength(10);
  });
});

describe('Hyperband', () => {
  it('plays its brackets one after another and trains one of each to the end at least', async () => {
    const strategy = new BracketStrategy({ name: 'hyperband' }, poolSource(pool), hyperbandBrackets({ epochs: 9, eta: 3 }), 200);
    const { events } = await play(strategy, 9);
    // Brackets (9, 3, 1), (5, 1), (3): 17 trials; to T 1 + 1 + 3.
    expect(trained(events)).toHaveLength(17);
    expect(trained(events).filter((epoch) => epoch === 9)).toHaveLength(5);
  });
});

describe('standings', () => {
  it('keep the score by which a trial was ranked, though it trains that epoch again', () => {
    const rungs = new Rungs();
    const told: readonly StudyEvent[] = [
      { type: 'start', trial: 0, candidate: { architecture: null, ap: {}, hp: {} }, until: 1 },
      { type: 'epoch', trial: 0, attempt: 1, epoch: 1, value: 0.5, seconds: 1 },
      { type: 'pause', trial: 0 },
      { type: 'resume', trial: 0, until: 3 },
      { type: 'epoch', trial: 0, attempt: 2, epoch: 1, value: 0.9, seconds: 1 },
      { type: 'epoch', trial: 0, attempt: 2, epoch: 2, value: 0.95, seconds: 1 },
    ];
    told.forEach((event, i) => rungs.tell({ ...event, seq: i + 1, time: 0 }));
    expect([rungs.scoreAt(0, 1), rungs.scoreAt(0, 2)]).toEqual([0.5, 0.95]);
  });
});

describe('ASHA', () => {
  it('ends with a full training though there are too few trials for its rungs: the best of the highest goes on', async () => {
    for (const trials of [1, 2, 5]) {
      const { events, finished } = await play(new AshaStrategy(poolSource(pool), { trials, epochs: 9, eta: 3, first: 1 }), 9);
      expect([...finished.keys()]).toEqual([0]);
      expect(trained(events).filter((epoch) => epoch > 1)).toEqual([9]);
    }
  });

  it('has one rung where two fall together', async () => {
    const { events } = await play(new AshaStrategy(poolSource(pool), { trials: 40, epochs: 5, eta: 1.5, first: 1 }), 5);
    expect([...new Set(events.flatMap((event) => (event.type === 'resume' ? [event.until] : [])))].sort()).toEqual([2, 3, 5]);
  });

  it('promotes without waiting: the first promotion comes before the last start', async () => {
    const strategy = new AshaStrategy(poolSource(pool), { trials: 27, epochs: 9, eta: 3, first: 1 });
    const { events } = await play(strategy, 9, { parallel: 2 });
    const firstResume = events.find((event) => event.type === 'resume')?.seq ?? Infinity;
    expect(firstResume).toBeLessThan(events.findLast((event) => event.type === 'start')?.seq ?? 0);
    const reached = trained(events);
    expect(reached[0]).toBe(9);
    expect(reached.filter((epoch) => epoch >= 3).length).toBeGreaterThanOrEqual(9);
    expect(reached.filter((epoch) => epoch === 9).length).toBeGreaterThanOrEqual(3);
  });

  it('never promotes one that is not among the best third of its rung', async () => {
    const strategy = new AshaStrategy(poolSource(pool), { trials: 40, epochs: 9, eta: 3, first: 1 });
    const { events } = await play(strategy, 9);
    const seen: number[] = [];
    for (const event of events) {
      if (event.type === 'pause' && trained(events.slice(0, event.seq))[event.trial] === 1) seen.push(event.trial);
      if (event.type === 'resume' && event.until === 3) expect(seen.filter((trial) => trial < event.trial).length).toBeLessThan(Math.floor(seen.length / 3));
    }
  });
});
