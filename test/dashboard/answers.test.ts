// What is computed for the page: frames that any page can put together, calibration, importance, workers.
import { describe, expect, it } from 'vitest';
import { createRng, type StoredEvent, type StudyEvent } from '../../src/core/index.js';
import { scaleOf } from '../../src/report/index.js';
import { createFold, foldEvents } from '../../src/study/index.js';
import { calibrationOf } from '../../src/dashboard/answer/calibration.js';
import { frameAfter } from '../../src/dashboard/answer/frame.js';
import { importanceOf } from '../../src/dashboard/answer/importance.js';
import { Digest } from '../../src/dashboard/follow/digest.js';
import type { Follower } from '../../src/dashboard/follow/follower.js';
import { StudyModel } from '../../src/dashboard/page/store/model.js';
import { madeHeader, madeStudy } from '../report/made-study.js';

/** A follower without a file: `hear` gives it the next events. */
function following() {
  const fold = createFold();
  const digest = new Digest();
  const follower = { state: fold.state, digest, caughtUp: true } as unknown as Follower;
  const hear = (events: readonly StoredEvent[]): void => events.forEach((event) => {
    fold.apply(event);
    digest.hear(event);
  });
  return { follower, hear, state: fold.state, digest };
}

function stored(events: readonly StudyEvent[]): StoredEvent[] {
  return events.map((event, i) => ({ ...event, seq: i + 1, time: 1_000_000 + 100 * i }));
}

describe('frames', () => {
  it.each([1, 7, 100])('put together %i events at a time give what one frame of all gives, and that is what the study holds', (together) => {
    const events = madeStudy({ trials: 60, epochs: 10, verify: true, negated: true });
    const [slow, whole] = [new StudyModel(), new StudyModel()];
    const { follower, hear, state } = following();
    for (let i = 0; i < events.length; i += together) {
      hear(events.slice(i, i + together));
      const frame = frameAfter('made', follower, slow.seq);
      if (frame !== null) slow.take(frame);
    }
    const all = frameAfter('made', follower, 0);
    if (all !== null) whole.take(all);
    expect(slow.trials).toEqual(whole.trials);
    expect(slow.standing).toEqual(whole.standing);
    expect(slow.calibration).toEqual(whole.calibration);
    expect(slow.workers).toEqual(whole.workers);
    const scale = scaleOf(state.header ?? madeHeader({ epochs: 10 }));
    for (const trial of state.trials) {
      expect(slow.trials[trial.id]).toMatchObject({ status: trial.status, epoch: trial.curve.length });
      const curve = slow.curveOf(trial.id);
      trial.curve.forEach((y, i) => expect(curve[i]).toBeCloseTo(scale.shown(y), 2));
      expect([...curve.slice(trial.curve.length)].every(Number.isNaN)).toBe(true);
    }
  });

  it('of thousands of trials come in parts, each trial once', () => {
    const events = stored([{ type: 'study', header: madeHeader({ epochs: 3 }) }, ...Array.from({ length: 6000 }, (_, trial): StudyEvent => ({ type: 'start', trial, candidate: { architecture: null, ap: {}, hp: { rate: trial } }, until: 3 }))]);
    const { follower, hear } = following();
    hear(events);
    const model = new StudyModel();
    const sizes: number[] = [];
    for (let frame = frameAfter('many', follower, 0); frame !== null; frame = frameAfter('many', follower, frame.seq)) {
      model.take(frame);
      sizes.push(frame.trials.id.length);
      expect(model.complete).toBe(!frame.more);
    }
    expect(sizes).toEqual([2500, 2500, 1000]);
    expect(model.trials.every((trial, i) => trial.id === i && trial.numbers[0] === i)).toBe(true);
  });

  it('thin a long curve and keep its last epoch', () => {
    const epochs = 1000;
    const { follower, hear } = following();
    hear(stored([
      { type: 'study', header: madeHeader({ epochs }) }, { type: 'start', trial: 0, candidate: { architecture: null, ap: {}, hp: {} }, until: epochs }, { type: 'open', trial: 0, attempt: 1 },
      ...Array.from({ length: 503 }, (_, i): StudyEvent => ({ type: 'epoch', trial: 0, attempt: 1, epoch: i + 1, value: i + 1, seconds: 1 })),
    ]));
    const model = new StudyModel();
    const frame = frameAfter('long', follower, 0);
    if (frame !== null) model.take(frame);
    expect(model.facts?.stride).toBe(5);
    expect([...model.curveOf(0)].filter((y) => !Number.isNaN(y))).toEqual(Array.from({ length: 100 }, (_, i) => 5 * (i + 1)));
    expect(model.trials[0]).toMatchObject({ epoch: 503, last: 503 });
    const [trial] = model.trials;
    if (trial === undefined) throw new Error('expected a trial');
    // Of this curve each score is its epoch: between points it lies on the line, before the first it is the first.
    expect([3, 5, 7, 250, 500, 502, 503, 504].map((epoch) => model.at(trial, epoch))).toEqual([5, 5, 7, 250, 500, 502, 503, NaN]);
  });
});

describe('calibration', () => {
  /** Finished trials whose predictions were drawn with that sigma and claim `claimed`. */
  function predictedStudy(sigma: number, claimed: number, quantiles = false): StoredEvent[] {
    const rng = createRng('calibration');
    return stored([{ type: 'study', header: madeHeader({ epochs: 2 }) }, ...Array.from({ length: 800 }, (_, trial): StudyEvent[] => {
      const mean = rng.uniform(0, 1);
      const spread = quantiles ? { quantiles: [[0.05, -1.645], [0.25, -0.6745], [0.5, 0], [0.75, 0.6745], [0.95, 1.645]].map(([p, z]) => [p, mean + (z ?? 0) * claimed] as [number, number]) } : { sigma: claimed };
      return [
        { type: 'start', trial, candidate: { architecture: null, ap: {}, hp: {} }, until: 2 }, { type: 'open', trial, attempt: 1 },
        { type: 'epoch', trial, attempt: 1, epoch: 1, value: 0, seconds: 1 },
        { type: 'verdict', trial, epoch: 1, verdict: { action: 'continue', bar: 0.5, predicted: { mean, probability: 0.5, horizon: 2, ...spread } } },
        { type: 'epoch', trial, attempt: 1, epoch: 2, value: mean + sigma * rng.normal(), seconds: 1 }, { type: 'finish', trial },
      ];
    }).flat()]);
  }
  const coverageOf = (events: StoredEvent[]) => {
    const { hear, state, digest } = following();
    hear(events);
    return calibrationOf(state, digest, scaleOf(madeHeader({ epochs: 2 })));
  };
  const at = (found: ReturnType<typeof coverageOf>, nominal: number): number => found?.coverage.find((each) => each.nominal === nominal)?.measured ?? NaN;

  it.each([['sigma', false], ['quantiles', true]])('finds honest predictions honest: %s', (_, quantiles) => {
    const found = coverageOf(predictedStudy(0.1, 0.1, quantiles));
    expect(found?.count).toBe(800);
    // Four binomial deviations of 800.
    for (const nominal of [0.5, 0.8, 0.9]) expect(Math.abs(at(found, nominal) - nominal)).toBeLessThan(4 * Math.sqrt((nominal * (1 - nominal)) / 800));
    expect(found?.meanAbsoluteError).toBeCloseTo(0.08, 2);
  });

  it('finds those that claim half their spread too sure', () => {
    expect(at(coverageOf(predictedStudy(0.1, 0.05)), 0.9)).toBeLessThan(0.7);
  });

  it('counts the freezes that were wrong', () => {
    const events = madeStudy({ trials: 60, epochs: 12, verify: true });
    const { hear, state, digest } = following();
    hear(events);
    const found = calibrationOf(state, digest, scaleOf(madeHeader({ epochs: 12 })));
    const frozen = state.trials.filter(({ id, status }) => state.verified.has(id) || (status === 'finished' && (digest.trials[id]?.freezes.length ?? 0) > 0));
    expect(found?.frozenKnown).toBe(frozen.length);
    expect(found?.frozenWrong).toBe(frozen.filter(({ id, curve }) => (state.verified.get(id)?.y ?? curve.at(-1) ?? 0) > (digest.trials[id]?.lastFreeze?.bar ?? Infinity)).length);
  });
});

describe('importance', () => {
  function studyOf(trials: number, score: (hp: { readonly [name: string]: number }) => number): StoredEvent[] {
    const rng = createRng('importance');
    return stored([{ type: 'study', header: madeHeader({ epochs: 1 }) }, ...Array.from({ length: trials }, (_, trial): StudyEvent[] => {
      const hp = { strong: rng.next(), weak: rng.next(), none: rng.next(), constant: 1 };
      return [{ type: 'start', trial, candidate: { architecture: null, ap: {}, hp }, until: 1 }, { type: 'open', trial, attempt: 1 }, { type: 'epoch', trial, attempt: 1, epoch: 1, value: score(hp), seconds: 1 }, { type: 'finish', trial }];
    }).flat()]);
  }

  it('puts what matters first, leaves out what never varies, and says how sure it is', async () => {
    const found = await importanceOf(foldEvents(studyOf(200, ({ strong = 0, weak = 0 }) => 3 * strong + weak)));
    expect(found?.columns.map(({ name }) => name)).toEqual(['strong', 'weak', 'none']);
    const [strong, weak, none] = found?.columns ?? [];
    expect(found?.r2).toBeGreaterThan(0.8);
    expect((strong?.mean ?? 0) - (strong?.deviation ?? 0)).toBeGreaterThan(weak?.mean ?? 1);
    expect(Math.abs(none?.mean ?? 1)).toBeLessThan(0.05);
  });

  it('explains nothing where there is nothing to explain, and is silent on too few', async () => {
    const rng = createRng('noise');
    const found = await importanceOf(foldEvents(studyOf(120, () => rng.normal())));
    expect(found?.r2).toBeLessThan(0.2);
    expect(await importanceOf(foldEvents(studyOf(10, ({ strong = 0 }) => strong)))).toBeNull();
  });
});

describe('a change of adapter in mid-curve', () => {
  const changed = (epoch: number, from: string, to: string): StudyEvent => ({ type: 'note', about: 'adapter-changed', data: { trial: 0, attempt: 2, epoch, from, to } });
  const epoch = (n: number): StudyEvent => ({ type: 'epoch', trial: 0, attempt: 1, epoch: n, value: 0.5, seconds: 1 });
  const told = (events: readonly StudyEvent[]) => {
    const { hear, follower } = following();
    hear(stored([{ type: 'study', header: madeHeader({ epochs: 9 }) }, { type: 'start', trial: 0, candidate: { architecture: null, ap: {}, hp: {} }, until: 9 }, { type: 'open', trial: 0, attempt: 1 }, ...events]));
    const model = new StudyModel();
    const frame = frameAfter('made', follower, 0);
    if (frame !== null) model.take(frame);
    return { changes: follower.digest.trials[0]?.changes, shown: model.trials[0]?.changes };
  };

  it('is marked where the other one took over', () => {
    expect(told([epoch(1), epoch(2), changed(2, 'red', 'blue'), epoch(3)])).toEqual({ changes: [{ epoch: 2, from: 'red', to: 'blue' }], shown: [2] });
    expect(told([epoch(1), changed(1, 'red', 'blue'), epoch(2), changed(2, 'blue', 'red'), epoch(3)]).shown).toEqual([1, 2]);
  });

  it.each<[string, readonly StudyEvent[], readonly number[]]>([
    ['an adapter that trained no epoch of it', [epoch(1), changed(1, 'red', 'blue'), changed(1, 'blue', 'red'), epoch(2)], []],
    ['an adapter whose epochs were trained again elsewhere', [epoch(1), epoch(2), changed(2, 'red', 'blue'), epoch(3), epoch(1), epoch(2), epoch(3)], []],
    ['a note of a user\'s own by that name', [epoch(1), { type: 'note', about: 'adapter-changed', data: { trial: 0, adapter: 'x' } }, epoch(2)], []],
    ['one that came and went before a third took over', [epoch(1), changed(1, 'red', 'blue'), changed(1, 'blue', 'green'), epoch(2)], [1]],
  ])('leaves out %s', (_, events, shown) => {
    expect(told(events).shown).toEqual(shown);
  });
});

describe('workers', () => {
  it('are told from attempts: who, how fast, and on what', () => {
    const { hear, digest } = following();
    const epoch = (trial: number, n: number): StudyEvent => ({ type: 'epoch', trial, attempt: 1, epoch: n, value: 0, seconds: 1 });
    const candidate = { architecture: null, ap: {}, hp: {} };
    hear(stored([
      { type: 'study', header: madeHeader({ epochs: 9 }) },
      { type: 'start', trial: 0, candidate, until: 9 }, { type: 'open', trial: 0, attempt: 1, by: { worker: 'ann', adapter: 'A' } },
      { type: 'start', trial: 1, candidate, until: 9 }, { type: 'open', trial: 1, attempt: 1, by: { worker: 'bob', adapter: 'B' } },
      epoch(0, 1), epoch(1, 1), epoch(0, 2), { type: 'fail', trial: 1, attempt: 1, kind: 'diverged', message: 'NaN' },
    ]));
    expect(digest.workers.lines()).toMatchObject([{ name: 'ann', adapter: 'A', trials: [0], epochs: 2, failures: 0 }, { name: 'bob', adapter: 'B', trials: [], epochs: 1, failures: 1 }]);
    // Two epochs in the five tenths of a second since it began.
    expect(digest.workers.lines()[0]?.perMinute).toBeCloseTo(240, 0);
  });

  it('of a fleet are those that took what was handed out', () => {
    const { hear, digest } = following();
    const candidate = { architecture: null, ap: {}, hp: {} };
    const waiting: StudyEvent[] = [{ type: 'start', trial: 0, candidate, until: 9 }, { type: 'open', trial: 0, attempt: 1, by: { worker: 'fleet' } }];
    const taken: StudyEvent = { type: 'note', about: 'attempt', data: { trial: 0, attempt: 1, worker: 'ann', adapter: 'A', adapterClass: 'a' } };
    hear(stored([{ type: 'study', header: madeHeader({ epochs: 9 }) }, ...waiting]));
    expect(digest.workers.lines()).toMatchObject([{ name: 'fleet', trials: [0] }]);
    hear(stored([{ type: 'study', header: madeHeader({ epochs: 9 }) }, ...waiting, taken, { type: 'epoch', trial: 0, attempt: 1, epoch: 1, value: 0, seconds: 1 }]).slice(3));
    expect(digest.workers.lines()).toMatchObject([{ name: 'ann', adapter: 'A', trials: [0], epochs: 1 }]);
  });
});
