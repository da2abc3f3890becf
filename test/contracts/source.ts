// The suite of the contract Source: every source's test begins with one call of it.
import { describe, expect, it } from 'vitest';
import { hashOf, type StoredEvent } from '../../src/core/index.js';
import { NoRule } from '../../src/predict/index.js';
import { FullStrategy, type Source } from '../../src/search/index.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { curveOf } from '../predict/synthetic.js';
import { growthOfCost } from './cost-an-event.js';

const EPOCHS = 4;
const TRIALS = 40;

/** `makeSource` gives one over CurveSpace (or a pool of its candidates, at least 40). */
export function sourceContract(name: string, makeSource: () => Source | Promise<Source>): void {
  const run = async (parallel = 1) => runCurveStudy({
    epochs: EPOCHS, parallel, rule: new NoRule(), curveOf: (c) => curveOf(c, EPOCHS),
    strategy: new FullStrategy(await makeSource(), { trials: TRIALS, epochs: EPOCHS, nth: 1 }),
  });

  describe(`${name} keeps the contract Source`, () => {
    it('has settings that are plain data with a name, the same each time', async () => {
      const { settings } = await makeSource();
      expect(settings.name.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
      expect((await makeSource()).settings).toEqual(settings);
    });

    it('offers no candidate twice, one trial at a time or three', async () => {
      for (const parallel of [1, 3]) {
        const starts = startsOf((await run(parallel)).events);
        expect(starts).toHaveLength(TRIALS);
        expect(new Set(starts.map(({ candidate }) => hashOf(candidate))).size).toBe(TRIALS);
      }
    });

    it('gives the same search again, records too', async () => {
      expect((await run(3)).events).toEqual((await run(3)).events);
    });

    it('offers the same until an event is told', async () => {
      const source = await makeSource();
      for (const event of (await run()).events.filter(({ seq }) => seq < 200)) source.tell(event);
      const trial = startsOf((await run()).events.filter(({ seq }) => seq < 200)).length;
      expect(await source.next(trial)).toEqual(await source.next(trial));
    });

    it('is folded from told events: after any prefix, as a journal on disk gives it, a fresh source offers what was started next', async () => {
      const { events } = await run(2);
      for (const start of startsOf(events).filter((_, i) => i % 6 === 5)) {
        const source = await makeSource();
        // What was fitted for a start is journaled with it.
        const before = events.filter(({ seq }) => seq < start.seq);
        while (before.at(-1)?.type === 'fit') before.pop();
        for (const event of before) source.tell(JSON.parse(JSON.stringify(event)) as StoredEvent);
        expect((await source.next(start.trial))?.candidate).toEqual(start.candidate);
      }
    });

    it('goes on where every trial so far has failed', async () => {
      const source = await makeSource();
      for (let trial = 0; trial < 30; trial++) {
        const offer = await source.next(trial);
        expect(offer).not.toBeNull();
        if (offer === null) return;
        source.tell({ type: 'start', trial, candidate: offer.candidate, until: EPOCHS, seq: 2 * trial + 1, time: 0 });
        source.tell({ type: 'fail', trial, attempt: 1, kind: 'diverged', message: 'not a number', seq: 2 * trial + 2, time: 0 });
      }
    });

    it('costs about as much an event after 16,000 trials as after 2,000', async () => {
      const growth = await growthOfCost(2000, 16000, async () => {
        const source = await makeSource();
        return (trials) => tellMany(source, trials);
      });
      expect(growth).toBeLessThan(4);
    });
  });
}

function startsOf(events: readonly StoredEvent[]) {
  return events.filter((event) => event.type === 'start');
}

/** Two events a trial. */
function tellMany(source: Source, trials: number): void {
  for (let trial = 0, seq = 1; trial < trials; trial++) {
    source.tell({ type: 'start', trial, candidate: { architecture: null, ap: {}, hp: { quality: trial } }, until: EPOCHS, seq: seq++, time: 0 });
    source.tell({ type: 'value', trial, y: trial % 100, at: EPOCHS, predicted: false, seq: seq++, time: 0 });
  }
}
