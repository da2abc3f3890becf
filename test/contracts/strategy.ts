// The suite of the contract Strategy: every strategy's test begins with one call of it.
import { describe, expect, it } from 'vitest';
import { hashOf, type Strategy } from '../../src/core/index.js';
import { NoRule } from '../../src/predict/index.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { curveOf } from '../predict/synthetic.js';
import { growthOfCost } from './cost-an-event.js';

/** `makeStrategy` gives one over CurveSpace that trains at most 40 trials to `epochs`. */
export function strategyContract(name: string, epochs: number, makeStrategy: () => Strategy): void {
  const run = () => runCurveStudy({ epochs, parallel: 2, strategy: makeStrategy(), rule: new NoRule(), curveOf: (c) => curveOf(c, epochs) });

  describe(`${name} keeps the contract Strategy`, () => {
    it('has settings that are plain data with a name', () => {
      const { settings } = makeStrategy();
      expect(settings.name.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
    });

    it('answers ask alike until an event is told', async () => {
      const strategy = makeStrategy();
      expect(await strategy.ask()).toEqual(await strategy.ask());
      for (const event of (await run()).events.slice(0, 11)) strategy.tell(event);
      expect(await strategy.ask()).toEqual(await strategy.ask());
    });

    it('is folded from told events: after any prefix a fresh strategy proposes what was started next', async () => {
      const { events } = await run();
      const starts = events.filter((event) => event.type === 'start');
      expect(starts.length).toBeGreaterThan(5);
      for (const start of starts.filter((_, i) => i % 5 === 4)) {
        const strategy = makeStrategy();
        for (const event of events.slice(0, start.seq - 1)) strategy.tell(event);
        expect(await strategy.ask()).toMatchObject({ action: 'start', candidate: start.candidate, until: start.until });
      }
    });

    it('gives the same stakes after the same events, and a bar only of what was really trained', async () => {
      const { events } = await run();
      const [a, b] = [makeStrategy(), makeStrategy()];
      const truth = new Set<number>();
      for (const event of events) {
        a.tell(event);
        b.tell(event);
        if (event.type === 'value' && !event.predicted) truth.add(event.y);
        const stakes = a.stakes(0);
        expect(b.stakes(0)).toEqual(stakes);
        expect(stakes === null || stakes.bar === null || truth.has(stakes.bar)).toBe(true);
      }
    });

    it('does not propose the same candidate twice', async () => {
      const starts = (await run()).events.flatMap((e) => (e.type === 'start' ? [hashOf(e.candidate)] : []));
      expect(new Set(starts).size).toBe(starts.length);
    });

    it('costs about as much an event after 8,000 trials as after 1,000', async () => {
      const growth = await growthOfCost(1000, 8000, () => {
        const strategy = makeStrategy();
        return (trials) => tellMany(strategy, epochs, trials);
      });
      expect(growth).toBeLessThan(4);
    });

    it('is done in the end, and says so again', async () => {
      const strategy = makeStrategy();
      for (const event of (await run()).events) strategy.tell(event);
      expect([await strategy.ask(), await strategy.ask()]).toEqual([{ action: 'done' }, { action: 'done' }]);
    });
  });
}

/** Two events a trial. */
function tellMany(strategy: Strategy, epochs: number, trials: number): void {
  for (let trial = 0, seq = 1; trial < trials; trial++) {
    strategy.tell({ type: 'start', trial, candidate: { architecture: null, ap: {}, hp: { trial } }, until: epochs, seq: seq++, time: 0 });
    strategy.tell({ type: 'value', trial, y: trial % 100, at: epochs, predicted: false, seq: seq++, time: 0 });
  }
}
