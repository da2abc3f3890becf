// The study's contract over both journals, and what is particular to this one: headers, settling, budgets, errors on the way.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JournalError, StudyError, type Journal, type StoppingRule, type StoredEvent, type Strategy } from '../../src/core/index.js';
import { createStudy, memoryCheckpoints, memoryJournal, openJournal, openJournalForReading, runStudy } from '../../src/study/index.js';
import { studyContract } from '../contracts/study.js';
import { candidateOf, fakeRunner, GainRule, neverStop, RandomStrategy } from './fakes/fakes.js';
import { temporaryFolder } from './fakes/temporary.js';

const EPOCHS = 6;

studyContract('createStudy in memory', () => {
  const journal = memoryJournal();
  return {
    open: (strategy: Strategy, rule: StoppingRule) => createStudy({ header: { epochs: EPOCHS }, strategy, rule, journal }),
    events: () => journal.read(),
  };
});

studyContract('createStudy on a file', () => {
  const path = join(temporaryFolder(), 'a.study');
  return {
    open: (strategy: Strategy, rule: StoppingRule) => createStudy({ header: { epochs: EPOCHS }, strategy, rule, journal: path }),
    events: () => {
      const reader = openJournalForReading(path);
      const events = [...reader.read()];
      reader.close();
      return events;
    },
  };
});

const begin = (journal: Journal | string, changes: object = {}) =>
  createStudy({ header: { epochs: EPOCHS, seed: 7, ...changes }, strategy: new RandomStrategy(3, EPOCHS), rule: neverStop, journal });

test('a resume under other settings is refused, and each difference is named', async () => {
  const journal = memoryJournal();
  await (await begin(journal)).close();
  const refused = begin(journal, { seed: 8, data: { name: 'digits', train: 100 }, strategy: { name: 'random', count: 4 } });
  await expect(refused).rejects.toThrow(StudyError);
  await expect(refused).rejects.toThrow('strategy.count was 3, now 4');
  await expect(refused).rejects.toThrow('data.name was "custom", now "digits"; data.train was not set, now 100; seed was 7, now 8');
});

test('environment, name and version may differ on resume', async () => {
  const journal = memoryJournal();
  await (await begin(journal)).close();
  await expect(begin(journal, { name: 'b', version: '9', environment: { adapter: 'x' } })).resolves.toBeDefined();
});

test('an epoch without a verdict is judged first on resume', async () => {
  const journal = memoryJournal();
  const study = await begin(journal);
  await study.ask();
  await study.close();
  journal.append([{ type: 'epoch', trial: 0, attempt: 1, epoch: 1, value: 0.5, seconds: 1 }]);
  const again = await begin(journal);
  expect([...journal.read()].at(-1)).toMatchObject({ type: 'verdict', trial: 0, epoch: 1 });
  expect(await again.report(0, { attempt: 1, epoch: 1, value: 0.5, seconds: 1 })).toEqual({ action: 'continue' });
});

test('a rule that throws leaves the epoch unjudged; the repeated report judges it', async () => {
  let broken = true;
  const rule: StoppingRule = {
    ...neverStop,
    judge: () => (broken ? Promise.reject(new Error('no fit')) : Promise.resolve({ verdict: { action: 'continue', reason: 'mended' } })),
  };
  const journal = memoryJournal();
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(3, EPOCHS), rule, journal });
  await study.ask();
  const report = { attempt: 1, epoch: 1, value: 0.5, seconds: 1 };
  await expect(study.report(0, report)).rejects.toThrow('no fit');
  broken = false;
  expect(await study.report(0, report)).toEqual({ action: 'continue', reason: 'mended' });
  expect([...journal.read()].filter((e) => e.type === 'epoch').length).toBe(1);
});

test('a refused append changes nothing: the same call succeeds once there is room', async () => {
  const inner = memoryJournal();
  let full = false;
  const journal: Journal = {
    ...inner,
    append: (events) => {
      if (full) throw new JournalError('disk full');
      return inner.append(events);
    },
  };
  const study = await begin(journal);
  await study.ask();
  full = true;
  await expect(study.report(0, { attempt: 1, epoch: 1, value: 0.5, seconds: 1 })).rejects.toThrow(JournalError);
  expect(study.state.trials[0]?.curve).toEqual([]);
  full = false;
  expect(await study.report(0, { attempt: 1, epoch: 1, value: 0.5, seconds: 1 })).toEqual({ action: 'continue' });
});

test('a fit is journaled in the append of its verdict, before it, and the frozen are reviewed after it', async () => {
  const journal = memoryJournal();
  const rule = new GainRule(8);
  const store = memoryCheckpoints();
  const study = await createStudy({ header: { epochs: 8 }, strategy: new RandomStrategy(20, 8, 18), rule, journal, checkpoints: store });
  await runStudy(study, fakeRunner(), store, {});
  const events = [...journal.read()];
  const fits = events.filter((e) => e.type === 'fit');
  expect(fits.length).toBeGreaterThan(1);
  for (const fit of fits) expect(['verdict', 'thaw', 'end']).toContain(events[fit.seq]?.type);
  expect(rule.reviews.filter((final) => !final).length).toBeGreaterThan(0);
  expect(rule.reviews.at(-1)).toBe(true);
  const thaws = events.filter((e) => e.type === 'thaw').map((e) => e.trial);
  expect(thaws.length).toBeGreaterThan(0);
  for (const thaw of events.filter((e) => e.type === 'thaw')) {
    const reopened = events.find((e) => e.seq > thaw.seq && e.type === 'open' && e.trial === thaw.trial);
    const started = events.find((e) => e.seq > thaw.seq && e.type === 'start');
    expect(reopened).toBeDefined();
    if (started !== undefined) expect(reopened?.seq).toBeLessThan(started.seq);
  }
});

test.each([
  [{ epochs: 10 }, 'budget: 10 of 10 epochs'],
  [{ seconds: 4 }, 'budget: 4.0 of 4 seconds of training'],
])('budget %j ends the study and hands back what runs', async (budget, reason) => {
  const journal = memoryJournal();
  const store = memoryCheckpoints();
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(9, EPOCHS), rule: neverStop, journal, budget });
  const result = await runStudy(study, fakeRunner(), store, { parallel: 3 });
  expect(result.interrupted).toBe(false);
  expect([...journal.read()].at(-1)).toMatchObject({ type: 'end', reason });
  expect([...journal.read()].at(-2)).toMatchObject({ type: 'release' });
});

test('budget of failures', async () => {
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(9, EPOCHS), rule: neverStop, budget: { failures: 2 } });
  await runStudy(study, fakeRunner({ before: () => NaN }), memoryCheckpoints(), {});
  expect(study.state.ended).toBe('budget: 2 of 2 failed trials');
});

test('a strategy or rule that breaks its contract is named', async () => {
  const stopping: StoppingRule = { ...neverStop, judge: () => Promise.resolve({ verdict: { action: 'stop', reason: 'ended' } }) };
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(1, EPOCHS), rule: stopping });
  await study.ask();
  await expect(study.report(0, { attempt: 1, epoch: 1, value: 1, seconds: 1 })).rejects.toThrow("rule none said 'stop'");
  const resuming: Strategy = { settings: { name: 'odd' }, tell: () => undefined, stakes: () => null, ask: () => Promise.resolve({ action: 'resume', trial: 0, until: 3 }) };
  await expect((await createStudy({ header: { epochs: EPOCHS }, strategy: resuming, rule: neverStop })).ask()).rejects.toThrow(StudyError);
});

test('a paused trial is judged before it goes on, and goes on to where it was sent once it is thawed', async () => {
  const told: StoredEvent[] = [];
  const known = (type: StoredEvent['type']): boolean => told.some((event) => event.type === type);
  const strategy: Strategy = {
    settings: { name: 'two rungs' },
    tell: (event) => void told.push(event),
    stakes: () => ({ horizon: EPOCHS, bar: 1 }),
    ask() {
      if (!known('start')) return Promise.resolve({ action: 'start', candidate: candidateOf(0.5), until: 2 });
      return Promise.resolve(known('pause') && !known('resume') ? { action: 'resume', trial: 0, until: EPOCHS } : { action: 'done' });
    },
  };
  const seen = (epoch: number): boolean => told.some((event) => event.type === 'epoch' && event.epoch === epoch);
  const rule: StoppingRule = {
    ...neverStop,
    judge: () => Promise.resolve({ verdict: seen(2) && !known('thaw') ? { action: 'freeze', reason: 'no chance', value: { y: 0.4, at: EPOCHS } } : { action: 'continue' } }),
    review: (frozen, { final }) => Promise.resolve({ thaw: final ? frozen.map(({ trial }) => ({ trial, reason: 'looked again' })) : [] }),
  };
  const journal = memoryJournal();
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy, rule, journal });
  await runStudy(study, fakeRunner(), memoryCheckpoints());
  const words = [...journal.read()].map((event) => (event.type === 'verdict' ? event.verdict.action : event.type === 'epoch' ? event.epoch : event.type));
  expect(words.slice(0, words.indexOf('thaw') + 4)).toEqual(['study', 'start', 'open', 1, 'continue', 2, 'pause', 'resume', 'freeze', 'value', 'thaw', 'open', 3, 'continue']);
  expect(study.state.trials[0]).toMatchObject({ status: 'finished', epoch: EPOCHS });
});

test('T must be a whole number', async () => {
  await expect(begin(memoryJournal(), { epochs: 0 })).rejects.toThrow(/whole number from 1, got 0/);
});

test('a closed study lets go of its file', async () => {
  const path = join(temporaryFolder(), 'a.study');
  const study = await begin(path);
  expect(() => openJournal(path)).toThrow(JournalError);
  await study.close();
  openJournal(path).close();
});

test('a watcher that throws is heard after all of its append was folded', async () => {
  const journal = memoryJournal();
  const study = await begin(journal);
  const seen: string[] = [];
  study.watch(({ type }) => {
    if (type === 'start') throw new Error('no space left for this line');
  });
  study.watch(({ type }) => seen.push(type));
  await expect(study.ask()).rejects.toThrow('no space left for this line');
  expect(seen).toEqual(['start', 'open']);
  expect(study.state.trials[0]).toMatchObject({ attempt: 1, hold: 'out' });
  expect([...journal.read()].map(({ type }) => type)).toEqual(['study', 'start', 'open']);
});

test('a rule\'s freeze without a number, and an epoch without its seconds, are refused and change nothing', async () => {
  const rule: StoppingRule = { ...neverStop, judge: () => Promise.resolve({ verdict: { action: 'freeze', reason: 'mine', value: { y: NaN, at: EPOCHS } } }) };
  const journal = memoryJournal();
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(3, EPOCHS), rule, journal });
  await study.ask();
  for (const seconds of [NaN, -1, Infinity]) {
    await expect(study.report(0, { attempt: 1, epoch: 1, value: 0.5, seconds })).rejects.toThrow(/expected the seconds that it took, a finite number of at least 0, got/);
  }
  expect(study.state.totals).toMatchObject({ epochs: 0, seconds: 0 });
  const { action } = await study.ask();
  expect(action).toBe('train');
  await study.report(1, { attempt: 1, epoch: 1, value: NaN, seconds: NaN }); // diverged, whatever it took
  expect(study.state.trials[1]).toMatchObject({ status: 'failed', failure: { kind: 'diverged' } });
  await expect(study.report(0, { attempt: 1, epoch: 1, value: 0.5, seconds: 1 })).rejects.toThrow(/a freeze of trial 0: expected a value of a finite score y at an epoch from 1, got NaN at 6/);
  expect([...journal.read()].map(({ type }) => type)).toEqual(['study', 'start', 'open', 'start', 'open', 'fail', 'epoch']);
});
