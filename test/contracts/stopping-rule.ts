// The suite of the contract StoppingRule: every rule's test begins with one call of it.
import { describe, expect, it } from 'vitest';
import { createRng, type StoppingRule } from '../../src/core/index.js';
import { FullStrategy, sampledSource } from '../../src/search/index.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { curveOf, CurveSpace } from '../predict/synthetic.js';
import { growthOfCost } from './cost-an-event.js';

const EPOCHS = 8;
const TRIALS = 30;

function run(rule: StoppingRule): ReturnType<typeof runCurveStudy> {
  const strategy = new FullStrategy(sampledSource(new CurveSpace(), createRng(4)), { trials: TRIALS, epochs: EPOCHS, nth: 1 });
  return runCurveStudy({ epochs: EPOCHS, parallel: 3, strategy, rule, curveOf: (c) => curveOf(c, EPOCHS) });
}

export function stoppingRuleContract(name: string, makeRule: () => StoppingRule): void {
  describe(`${name} keeps the contract StoppingRule`, () => {
    it('has settings that are plain data with a name, the same each time', () => {
      const { settings } = makeRule();
      expect(settings.name.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
      expect(makeRule().settings).toEqual(settings);
    });

    it('gives the same study again, verdict for verdict and record for record', async () => {
      const [first, second] = [await run(makeRule()), await run(makeRule())];
      expect(second.events).toEqual(first.events);
      expect(first.finished.size + first.frozen.size).toBe(TRIALS);
    });

    it('is folded from told events: after any prefix a fresh rule gives the verdict that was given', async () => {
      const { events } = await run(makeRule());
      const verdicts = events.filter((event) => event.type === 'verdict');
      for (const seen of verdicts.filter((_, i) => i % 23 === 22)) {
        // Told up to the epoch event that the verdict answers; a fit between the two is made again by the rule.
        const judged = events.findLast((e) => e.seq < seen.seq && e.type === 'epoch' && e.trial === seen.trial)?.seq ?? 0;
        const rule = makeRule();
        const strategy = new FullStrategy(sampledSource(new CurveSpace(), createRng(4)), { trials: TRIALS, epochs: EPOCHS, nth: 1 });
        for (const event of events.slice(0, judged)) {
          rule.tell(event);
          strategy.tell(event);
        }
        const { verdict, record } = await rule.judge(seen.trial, strategy.stakes(seen.trial));
        expect(verdict).toEqual(seen.verdict);
        const fit = events.slice(judged, seen.seq).find((e) => e.type === 'fit');
        expect(record).toEqual(fit?.record);
      }
    });

    it('judges twice alike while nothing is told', async () => {
      const { events } = await run(makeRule());
      const rule = makeRule();
      const last = events.filter((event) => event.type === 'epoch' && event.epoch === 2).at(-1);
      if (last?.type !== 'epoch') throw new Error('expected an epoch 2 in the study');
      for (const event of events.slice(0, last.seq)) rule.tell(event);
      const stakes = { horizon: EPOCHS, bar: 0.9 };
      expect(await rule.judge(last.trial, stakes)).toEqual(await rule.judge(last.trial, stakes));
    });

    it('thaws only trials that it was asked about, and continues a trial that it does not know', async () => {
      const { events, frozen } = await run(makeRule());
      const rule = makeRule();
      for (const event of events) rule.tell(event);
      const asked = [...frozen].map((trial) => ({ trial, stakes: { horizon: EPOCHS, bar: -10 } }));
      const { thaw } = await rule.review(asked, { final: false });
      expect(thaw.every(({ trial, reason }) => frozen.has(trial) && reason.length > 0)).toBe(true);
      expect(new Set(thaw.map(({ trial }) => trial)).size).toBe(thaw.length);
      expect((await rule.judge(9999, { horizon: EPOCHS, bar: 0.5 })).verdict.action).toBe('continue');
    });

    it('costs about as much an event after 8,000 trials as after 1,000', async () => {
      const growth = await growthOfCost(1000, 8000, () => {
        const rule = makeRule();
        return (trials) => tellMany(rule, trials);
      });
      expect(growth).toBeLessThan(4);
    });
  });
}

/** Four events a trial. */
function tellMany(rule: StoppingRule, trials: number): void {
  const candidate = { architecture: null, ap: {}, hp: {} };
  for (let trial = 0, seq = 1; trial < trials; trial++) {
    rule.tell({ type: 'start', trial, candidate, until: 3, seq: seq++, time: 0 });
    for (let epoch = 1; epoch <= 3; epoch++) {
      rule.tell({ type: 'epoch', trial, attempt: 1, epoch, value: epoch, seconds: 1, seq: seq++, time: 0 });
    }
  }
}
