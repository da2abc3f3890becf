// Figures of a study, and the proof by training what was stopped to the end.
import { expect, test } from 'vitest';
import { StudyError, TrialError, type StoppingRule } from '../../src/core/index.js';
import { createStudy, memoryCheckpoints, memoryJournal, runStudy, summarise, verifyStudy, type StudyHandle } from '../../src/study/index.js';
import { fakeRunner, neverStop, RandomStrategy, RungStrategy, scoreOf } from './fakes/fakes.js';

const T = 5;

/** Freezes the listed trials after their second epoch. */
function freezing(...trials: number[]): StoppingRule {
  const seen = new Map<number, number>();
  return {
    ...neverStop,
    tell: (event) => {
      if (event.type === 'epoch') seen.set(event.trial, event.epoch);
    },
    judge: (trial) =>
      Promise.resolve({
        verdict:
          trials.includes(trial) && seen.get(trial) === 2
            ? { action: 'freeze', reason: 'listed', value: { y: 0, at: T }, bar: 0.3 }
            : { action: 'continue' },
      }),
  };
}

async function ended(rule: StoppingRule, count = 4, checkpointBytes = 1e9) {
  const journal = memoryJournal();
  const store = memoryCheckpoints();
  const study = await createStudy({ header: { epochs: T, name: 'fakes' }, strategy: new RandomStrategy(count, T, 2), rule, journal, checkpoints: store, checkpointBytes });
  await runStudy(study, fakeRunner(), store, { parallel: 2 });
  return { study, store, journal };
}

const finalOf = (study: StudyHandle, trial: number): number => {
  const state = study.state.trials[trial];
  if (state === undefined) throw new Error(`no trial ${trial}`);
  return scoreOf(state.candidate, T);
};

test('summary: trained of possible, in epochs and seconds', async () => {
  const { study } = await ended(freezing(1, 3));
  expect(summarise(study.state)).toMatchObject({
    name: 'fakes',
    trials: 4,
    counts: { finished: 2, frozen: 2, failed: 0 },
    epochs: { trained: 14, possible: 20, speedup: 20 / 14, repeated: 0, pastFreeze: 0 },
    seconds: { trained: 7, possible: 10, speedup: 20 / 14 },
    best: { trial: study.state.best?.trial, candidate: { architecture: null } },
    ended: 'search complete',
  });
});

test('summary: a failed trial saves nothing, nothing trained is no speed-up', async () => {
  const store = memoryCheckpoints();
  const study = await createStudy({ header: { epochs: T }, strategy: new RandomStrategy(2, T), rule: neverStop });
  expect(summarise(study.state).epochs).toMatchObject({ trained: 0, possible: 0, speedup: 1 });
  await runStudy(study, fakeRunner({ before: (task, epoch) => (task.trial === 0 && epoch === 3 ? NaN : undefined) }), store);
  expect(summarise(study.state).epochs).toMatchObject({ trained: 7, possible: 7 });
});

test('verify: trains each stopped trial from its checkpoint to T, notes it, and tells kept from lost', async () => {
  const { study, store, journal } = await ended(freezing(0, 1, 2), 4);
  const finals = [0, 1, 2, 3].map((t) => finalOf(study, t));
  const result = await verifyStudy(study, fakeRunner(), store);
  const best = Math.max(...finals);
  const found = finals[3] ?? 0;
  expect(result).toMatchObject({ stopped: 3, verified: 3, optimumKept: found === best, trueBest: { y: best } });
  expect(result.regret).toBeCloseTo(best - found, 12);
  expect(result.falseStops).toEqual([0, 1, 2].filter((t) => (finals[t] ?? 0) > 0.3));
  expect(result.epochs).toMatchObject({ trained: 11, possible: 20 });
  expect(result.seconds).toMatchObject({ trained: 5.5, possible: 10 });
  const notes = [...journal.read()].filter((e) => e.type === 'note');
  expect(notes.map((e) => e.data)).toMatchObject([0, 1, 2].map((trial) => ({ trial, from: 2, epochs: 3, y: finals[trial], curve: { length: 3 } })));
  expect(study.state.totals.epochs).toBe(11);
});

test('verify: a lost optimum is said, with its regret', async () => {
  const whole = await ended(neverStop, 4);
  const best = whole.study.state.best?.trial ?? -1;
  const { study, store } = await ended(freezing(best), 4);
  const result = await verifyStudy(study, fakeRunner(), store);
  expect(result.optimumKept).toBe(false);
  expect(result.trueBest?.trial).toBe(best);
  expect(result.regret).toBeGreaterThan(0);
});

test('verify: goes on where it was interrupted; evicted checkpoints mean from epoch 0', async () => {
  const { study, store } = await ended(freezing(0, 1, 2), 4, 0);
  expect(study.state.trials[0]?.checkpoint).toBeNull();
  const stop = new AbortController();
  const from: (number | undefined)[] = [];
  const before = (task: { from?: { epoch: number } }, epoch: number): void => {
    if (epoch === 1) from.push(task.from?.epoch);
  };
  const first = await verifyStudy(study, fakeRunner({ before }), store, { signal: stop.signal, onTrial: () => stop.abort() });
  expect(first).toMatchObject({ stopped: 3, verified: 1 });
  const second = await verifyStudy(study, fakeRunner({ before }), store);
  expect(second).toMatchObject({ stopped: 3, verified: 3 });
  expect(from).toEqual([undefined, undefined, undefined]);
});

test('verify: paused losers of a rung count as stopped', async () => {
  const store = memoryCheckpoints();
  const inner = new RungStrategy(4, 2, 1, T);
  const strategy = { settings: inner.settings, tell: inner.tell.bind(inner), stakes: () => null, ask: async () => {
    const proposal = await inner.ask();
    return proposal.action === 'freeze' ? ({ action: 'done' } as const) : proposal;
  } };
  const study = await createStudy({ header: { epochs: T }, strategy, rule: neverStop, checkpoints: store });
  await runStudy(study, fakeRunner(), store);
  expect(study.state.counts).toMatchObject({ paused: 3, finished: 1 });
  expect(await verifyStudy(study, fakeRunner(), store)).toMatchObject({ stopped: 3, verified: 3 });
});

test('verify: a trial that fails there would not have won; a study that goes on is refused', async () => {
  const { study, store } = await ended(freezing(1), 3);
  const failing = fakeRunner({ before: () => { throw new TrialError('memory', 'too big'); } });
  expect(await verifyStudy(study, failing, store)).toMatchObject({ verified: 1, optimumKept: true, regret: 0, falseStops: [] });
  const running = await createStudy({ header: { epochs: T }, strategy: new RandomStrategy(1, T), rule: neverStop });
  await expect(verifyStudy(running, fakeRunner(), store)).rejects.toThrow(StudyError);
});
