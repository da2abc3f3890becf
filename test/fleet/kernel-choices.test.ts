// What workers' tuners chose, on its way into the journal: told by a trainer to every study that it trains for, noted once, and no local search's own.
import { expect, test } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { tuneDecisions } from '../../src/cli/search/tune-notes.js';
import { KernelChoices } from '../../src/fleet/kernel-choices.js';
import { LocalTrainer, type KernelChoice } from '../../src/fleet/index.js';
import { parseUp, type TaskJob } from '../../src/fleet/protocol.js';
import type { TaskLink } from '../../src/fleet/train-task.js';
import { createStudy, memoryCheckpoints, memoryJournal } from '../../src/study/index.js';
import { parseDecision } from '../../src/tune/index.js';
import { candidateOf, fakeRunner, neverStop, RandomStrategy } from '../study/fakes/fakes.js';

const choice: KernelChoice = { family: 'conv2d', direction: 'forward', shapes: 'a class', from: 'measured', ranking: [{ variant: 'tiled', spec: { TILE: 4 }, overrides: {} }], seconds: 0.25 };
const other: KernelChoice = { ...choice, direction: 'grad_input', from: 'untuned', ranking: [], seconds: 0, reason: 'nothing is measured here' };

const sender = { id: 'q', worker: 'w', trial: 0, attempt: 1 };

function said(of: KernelChoice, adapterClass: string): Extract<ReturnType<typeof parseUp>, { type: 'tuned' }> {
  const message = parseUp(JSON.stringify({ ...sender, type: 'tuned', adapterClass, adapter: `adapter ${adapterClass}`, choice: of }));
  if (message.type !== 'tuned') throw new Error(`expected a choice, got ${message.type}`);
  return message;
}

const notesIn = (events: Iterable<StoredEvent>) => [...events].flatMap((event) => (event.type === 'note' && event.about === 'tune' ? [event.data] : []));

test('each is noted once an adapter class and class of shapes, by a coordinator that was started again too', async () => {
  const journal = memoryJournal();
  const study = await createStudy({ header: { epochs: 3 }, strategy: new RandomStrategy(1, 3), rule: neverStop, journal });
  const choices = new KernelChoices(study, journal.read());
  for (const message of [said(choice, 'a'), said(choice, 'a'), said(choice, 'b'), said(other, 'a')]) expect(await choices.hear(message)).toEqual({ word: 'go-on' });
  const again = new KernelChoices(study, journal.read());
  await again.hear(said({ ...choice, from: 'cache' }, 'a'));
  await again.hear(said(other, 'b'));
  const noted = notesIn(journal.read());
  expect(noted).toEqual([
    { ...choice, adapterClass: 'a', adapter: 'adapter a' }, { ...choice, adapterClass: 'b', adapter: 'adapter b' },
    { ...other, adapterClass: 'a', adapter: 'adapter a' }, { ...other, adapterClass: 'b', adapter: 'adapter b' },
  ]);
  expect(noted.map(parseDecision)).toEqual([choice, choice, other, other]); // as the dashboard reads them
});

test('a machine that goes on with the study by itself takes over its own choices, and no worker\'s', async () => {
  const journal = memoryJournal();
  const study = await createStudy({ header: { epochs: 3 }, strategy: new RandomStrategy(1, 3), rule: neverStop, journal });
  await new KernelChoices(study, []).hear(said(choice, 'a'));
  await study.note('tune', { ...other, ranking: [] });
  expect(tuneDecisions(journal.read())).toEqual([other]);
});

test('what is no choice is refused', () => {
  expect(() => said({ ...choice, from: 'guessed' as 'measured' }, 'a')).toThrow(/protocol/);
  expect(() => said({ ...choice, command: 'rm' } as KernelChoice, 'a')).toThrow(/protocol/);
});

test('a trainer that is used for a second study tells it what it chose for the first', async () => {
  const store = memoryCheckpoints();
  const probe = await store.put('probe', new Uint8Array([1]));
  const trainer = new LocalTrainer((_, tuned) => {
    tuned(choice);
    return Promise.resolve(fakeRunner({ before: (_task, epoch) => (epoch === 2 ? tuned(other) : undefined) }));
  }, () => store);
  const never = new AbortController().signal;
  const heard: [string, KernelChoice][] = [];
  const train = async (study: string): Promise<void> => {
    const job: TaskJob = { study, task: { trial: 0, attempt: 1, candidate: candidateOf(0.5), until: 2 }, training: {}, probe };
    const link: TaskLink = { stopped: never, draining: never, report: ({ epoch }) => Promise.resolve({ word: epoch === 2 ? 'over' : 'go-on' }), lost: () => Promise.resolve(), tuned: (told) => void heard.push([study, told]), complain: () => undefined };
    await trainer.train(job, link);
  };
  await train('a');
  expect(heard).toEqual([['a', choice], ['a', other]]);
  await train('b');
  expect(heard.slice(2)).toEqual([['b', choice], ['b', other], ['b', other]]);
});
