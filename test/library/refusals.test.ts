// What createStudy refuses: options, settings, ranges and parts of the user's own that are not what they should be, each in words that lead on.
import { expect, it } from 'vitest';
import { createStudy, NoRule, NumberSpace, UsageError, type CreateStudyOptions, type Strategy } from '../../src/index.js';

const space = { x: { low: 0, high: 1 } };
const strategy: Strategy = { settings: { name: 'mine' }, tell: () => undefined, ask: () => Promise.resolve({ action: 'done' }), stakes: () => null };

it.each<[string, object, RegExp]>([
  ['a misspelt option', { dircetion: 'minimize' }, /options\.dircetion: expected one of epochs, trials, .*direction/],
  ['a misspelt option before a missing one', { epochs: undefined, epoch: 3 }, /options\.epoch: expected one of epochs/],
  ['no epochs', { epochs: undefined }, /epochs: expected a whole number from 1, got undefined/],
  ['half a trial', { trials: 2.5 }, /trials: expected a whole number from 1, got 2.5/],
  ['no trial', { trials: 0 }, /trials: expected a whole number from 1, got 0/],
  ['a seed in words', { seed: 'a' }, /seed: expected a number, got 'a'/],
  ['a file that is none', { file: 7 }, /file: expected the path of a study file, got 7/],
  ['a clock that stands for nothing', { clock: {} }, /clock: expected a clock with a method now/],
  ['an exchange of unknown terms', { objective: { by: 'x', rates: [0], rate: 1 } }, /objective\.rate: expected one of by, rates/],
  ['a misspelt setting', { settings: { drawz: 3 } }, /settings\.drawz: expected one of model, .*draws/],
  ['settings that are none', { settings: 5 }, /settings: expected \{ model, .*, got 5/],
  ['an unknown spread', { settings: { sigma: 'bogus' } }, /settings\.sigma: expected one of "loo".*, got 'bogus'/],
  ['a word for a boolean', { settings: { thaw: 'off' } }, /settings\.thaw: expected boolean, got 'off'/],
  ['an unknown model', { settings: { model: 'foo' } }, /settings\.model: expected one of .*"svr-rbf".*, got 'foo'/],
  ['a confidence above 1', { settings: { deltaConfidence: 95 } }, /settings\.deltaConfidence: expected .*<1, got 95/],
  ['half a burn-in', { settings: { burnIn: { best: 3 } } }, /settings\.burnIn: expected a whole number from 1 or \{ best, random \}, got \{ best \}/],
  ['a number that is none', { settings: { population: 'many' } }, /settings\.population: expected number, got 'many'/],
  ['a misspelt option of the srm rule', { rule: { drawz: 3 } }, /rule\.drawz: expected one of model, .*draws/],
  ['an unknown model of the srm rule', { rule: { model: 'foo' } }, /rule\.model: expected one of .*"svr-rbf".*, got 'foo'/],
  ['a word for a boolean of the srm rule', { rule: { thaw: 'off' } }, /rule\.thaw: expected boolean, got 'off'/],
  ['no rule', { rule: null }, /rule: expected a name or one of your own, got null/],
  ['a space that is none', { space: 3 }, /space: expected named ranges or a space of your own, got 3/],
  ['a number for a range', { space: { x: 5 } }, /expected x to be \{ low, high \}, \{ choices \} or a list of numbers, got 5/],
  ['a misspelt word of a range', { space: { x: { low: 1, high: 2, logg: true } } }, /x\.logg: expected one of low, high, log, integer, when/],
  ['a range of words', { space: { x: { low: '1', high: 2 } } }, /x\.low: expected number, got '1'/],
  ['a choice of words', { space: { x: ['adam'] } }, /x\.0: expected number, got 'adam'/],
  ['a condition that never holds', { space: { x: [1, 2], y: { low: 0, high: 1, when: { x: [7] } } } }, /expected y with a value of x in \{1, 2\}, got 7/],
  ['a space without samples', { space: { name: 'mine', settings: {}, neighbours: () => [], validate: (c: unknown) => c } }, /expected a space of your own with name, settings, sample, neighbours, validate, got one without sample/],
  ['a space without a name', { space: { sample: () => null, neighbours: () => [], validate: (c: unknown) => c } }, /got one without name, settings/],
  ['a strategy that says nothing', { strategy: { settings: { name: 'mute' } } }, /expected a strategy of your own with settings \{ name \}, tell, ask, stakes, got one without tell, ask, stakes/],
  ['a strategy without stakes', { strategy: { ...strategy, stakes: undefined } }, /got one without stakes/],
  ['a strategy without settings', { strategy: { ...strategy, settings: undefined } }, /got one without settings \{ name \}/],
  ['a rule that reviews nothing', { rule: { settings: { name: 'mine' }, tell: () => undefined, judge: () => null } }, /expected a rule of your own .* got one without review/],
  ['a rule without judge', { rule: { settings: { name: 'mine' }, tell: () => undefined, review: () => null } }, /got one without judge/],
  ['a source without next', { source: { settings: { name: 'mine' }, tell: () => undefined } }, /expected a source of your own .* got one without next/],
])('refuses %s', async (_name, wrong, words) => {
  const opened = createStudy({ epochs: 3, space, ...wrong } as CreateStudyOptions);
  await expect(opened).rejects.toThrow(words);
  await expect(opened).rejects.toBeInstanceOf(UsageError);
});

it('refuses a call without options', async () => {
  const opened = (createStudy as () => Promise<unknown>)();
  await expect(opened).rejects.toThrow(/options: expected \{ epochs, .* got undefined/);
  await expect(opened).rejects.toBeInstanceOf(UsageError);
});

it('takes what is undefined as left out', async () => {
  const gaps = { epochs: 3, space, rule: undefined, seed: undefined, settings: { draws: undefined, burnIn: undefined, thaw: false } } as unknown as CreateStudyOptions;
  await (await createStudy(gaps)).close();
  await (await createStudy({ ...gaps, rule: { draws: undefined, burnIn: undefined } as object })).close();
});

it('takes parts of the user\'s own, also where a class holds their methods', async () => {
  const study = await createStudy({ epochs: 3, space: new NumberSpace(space), rule: new NoRule(), strategy });
  expect(await study.ask()).toEqual({ action: 'done' });
  await study.close();
});
