// Strategies and rules of a user's own that say what their contract does not know: refused in words that name them, and nothing of it is journaled.
import { expect, test } from 'vitest';
import { StudyError, type Journal, type StoppingRule, type Strategy } from '../../src/core/index.js';
import { createStudy, memoryJournal, type StudyHandle } from '../../src/study/index.js';
import { candidateOf, neverStop, RandomStrategy } from './fakes/fakes.js';

const EPOCHS = 6;
const freeze = { action: 'freeze', reason: 'low', value: { y: 1, at: EPOCHS } };
const begin = (journal: Journal, strategy: Strategy, rule: StoppingRule = neverStop): Promise<StudyHandle> => createStudy({ header: { epochs: EPOCHS }, strategy, rule, journal });
const strategySaying = (said: unknown, stakes: unknown = null): Strategy => ({ settings: { name: 'mine' }, tell: () => undefined, ask: () => Promise.resolve(said), stakes: () => stakes }) as Strategy;

async function expectRefused(call: () => Promise<unknown>, journal: Journal, words: RegExp): Promise<void> {
  const before = [...journal.read()];
  const refused = call();
  await expect(refused).rejects.toThrow(words);
  await expect(refused).rejects.toBeInstanceOf(StudyError);
  expect([...journal.read()]).toEqual(before);
}

test.each<[unknown, RegExp]>([
  [undefined, /the strategy mine said undefined: expected an action of start, resume, freeze, value, wait, done/],
  ['done', /the strategy mine said 'done'/],
  [{ action: 'foo' }, /the strategy mine said 'foo': expected an action of start/],
  [{ action: 'start', until: 3 }, /the strategy mine: start\.candidate: expected a candidate \{ architecture, ap, hp \}, got undefined/],
  [{ action: 'start', until: 3, candidate: { architecture: null, ap: {} } }, /start\.candidate\.hp: expected an object of numbers, got undefined/],
  [{ action: 'start', until: 3, candidate: { architecture: null, ap: {}, hp: { rate: '1' } } }, /start\.candidate\.hp\.rate: expected a number, got '1'/],
  [{ action: 'start', until: 3, candidate: { ap: {}, hp: {} } }, /start\.candidate\.architecture: expected an architecture, or null .*, got undefined/],
  [{ action: 'start', candidate: candidateOf(1) }, /start\.until: expected a number, got undefined/],
  [{ action: 'start', until: 3, candidate: candidateOf(1), record: {} }, /start\.record\.by: expected string, got undefined/],
  [{ action: 'freeze', trial: 0 }, /freeze\.verdict: expected a verdict \{ action, reason, value \}, got undefined/],
  [{ action: 'freeze', trial: 0, verdict: { ...freeze, value: undefined } }, /freeze\.verdict\.value: expected a value \{ y, at \}.*, got undefined/],
  [{ action: 'value', values: { trial: 0 } }, /value\.values: expected array, got \{ trial \}/],
])('a strategy that says %j is refused', async (said, words) => {
  const journal = memoryJournal();
  const study = await begin(journal, strategySaying(said));
  await expectRefused(() => study.ask(), journal, words);
});

test.each<[unknown, RegExp]>([
  [undefined, /trial 0: the rule mine: its judgement: expected \{ verdict, record\? \}, got undefined/],
  [{ action: 'continue' }, /the rule mine: its judgement\.verdict: expected object, got undefined/],
  [{ verdict: {} }, /the rule mine said \{\}: expected an action of continue, freeze/],
  [{ verdict: { action: 'halt' } }, /the rule mine said 'halt': expected an action of continue, freeze/],
  [{ verdict: { ...freeze, value: undefined } }, /the rule mine: freeze\.value: expected a value \{ y, at \}.*, got undefined/],
  [{ verdict: { ...freeze, reason: undefined } }, /freeze\.reason: expected string, got undefined/],
])('of a rule that says %j the epoch is journaled, and judged once it is mended', async (said, words) => {
  let mended = false;
  const rule = { ...neverStop, settings: { name: 'mine' }, judge: () => Promise.resolve(mended ? { verdict: freeze } : said) } as StoppingRule;
  const journal = memoryJournal();
  const study = await begin(journal, new RandomStrategy(2, EPOCHS), rule);
  await study.ask();
  const report = { attempt: 1, epoch: 1, value: 0.5, seconds: 1 };
  await expect(study.report(0, report)).rejects.toThrow(words);
  expect([...journal.read()].at(-1)).toMatchObject({ type: 'epoch' });
  await expectRefused(() => study.report(0, report), journal, words);
  mended = true;
  expect(await study.report(0, report)).toEqual(freeze);
});

test('stakes that are none, and a review that is none, are refused', async () => {
  const journal = memoryJournal();
  const study = await begin(journal, strategySaying({ action: 'start', until: EPOCHS, candidate: candidateOf(1) }, {}));
  await study.ask();
  await expect(study.report(0, { attempt: 1, epoch: 1, value: 1, seconds: 1 })).rejects.toThrow(/trial 0: the strategy mine: its stakes\.horizon: expected a number, got undefined/);

  const reviewing = memoryJournal();
  const rule = { settings: { name: 'mine' }, tell: () => undefined, judge: () => Promise.resolve({ verdict: freeze }), review: () => Promise.resolve({}) } as unknown as StoppingRule;
  const frozen = await begin(reviewing, new RandomStrategy(1, EPOCHS), rule);
  await frozen.ask();
  await frozen.report(0, { attempt: 1, epoch: 1, value: 1, seconds: 1 });
  await expectRefused(() => frozen.ask(), reviewing, /the rule mine: its review\.thaw: expected array, got undefined/);
});

test('a candidate of a class of one\'s own, with a number that is left out, is taken', async () => {
  class Numbers {
    readonly rate = 0.1;
    readonly momentum = undefined;
  }
  const candidate = { architecture: null, ap: {}, hp: new Numbers() };
  const study = await begin(memoryJournal(), strategySaying({ action: 'start', until: 3, candidate }));
  expect(await study.ask()).toMatchObject({ action: 'train', task: { candidate: { hp: { rate: 0.1 } } } });
});
