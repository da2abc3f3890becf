// The fence, without a queue: what a worker says against what the study holds.
import { expect, test } from 'vitest';
import { silentLog, type CheckpointStore, type StoredEvent, type Task } from '../../src/core/index.js';
import { Answering } from '../../src/fleet/answering.js';
import { Attempts } from '../../src/fleet/attempts.js';
import type { AttemptMessage, Saying } from '../../src/fleet/protocol.js';
import { createStudy, memoryCheckpoints, memoryJournal, type StudyHandle } from '../../src/study/index.js';
import { neverStop, RandomStrategy } from '../study/fakes/fakes.js';

const EPOCHS = 3;

interface Bench {
  readonly study: StudyHandle;
  readonly store: CheckpointStore;
  readonly answering: Answering;
  readonly events: () => StoredEvent[];
  task(): Promise<Task>;
}

async function begin(): Promise<Bench> {
  const journal = memoryJournal();
  const store = memoryCheckpoints();
  const study = await createStudy({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(3, EPOCHS), rule: neverStop, journal, checkpoints: store });
  const answering = new Answering(study, store, new Attempts(study, journal.read()), silentLog);
  const task = async (): Promise<Task> => {
    const answer = await study.ask();
    if (answer.action !== 'train') throw new Error(`expected a task, got ${answer.action}`);
    return answer.task;
  };
  return { study, store, answering, events: () => [...journal.read()], task };
}

type Word = Exclude<Saying, { type: 'tuned' }>;
const says = ({ trial, attempt }: Task, saying: Word, worker = 'w', adapterClass = 'a'): AttemptMessage => ({ ...saying, id: 'q', worker, adapterClass, adapter: `adapter ${adapterClass}`, trial, attempt });
const epoch = (n: number, checkpoint?: { key: string; hash: string; bytes?: number }): Word => ({ type: 'epoch', report: { epoch: n, value: 0.5, seconds: 1, ...(checkpoint === undefined ? {} : { checkpoint }) } });
const epochsIn = (events: StoredEvent[]): number => events.filter(({ type }) => type === 'epoch').length;
const notes = (events: StoredEvent[], about: string) => events.flatMap((event) => (event.type === 'note' && event.about === about ? [event.data] : []));

test('epochs go on until the last, and a repeat gets the same word and counts once', async () => {
  const { answering, events, task } = await begin();
  const mine = await task();
  for (const n of [1, 1, 2]) expect(await answering.answer(says(mine, epoch(n)))).toEqual({ word: 'go-on' });
  for (const n of [3, 3]) expect(await answering.answer(says(mine, epoch(n)))).toEqual({ word: 'over' });
  expect(epochsIn(events())).toBe(3);
  expect(answering.counts).toEqual({ epochs: 3, late: 0 });
});

test('a report of an attempt that was given away is refused, noted and counted once, and is no epoch', async () => {
  const { study, store, answering, events, task } = await begin();
  const first = await task();
  const kept = await store.put('0-1-1', new Uint8Array([1]));
  await answering.answer(says(first, epoch(1, kept)));
  await study.release(first.trial, first.attempt);
  const second = await task();
  expect(second).toMatchObject({ trial: first.trial, attempt: 2, from: { key: '0-1-1' } });
  const late = await store.put('0-1-2', new Uint8Array([2]));
  for (let i = 0; i < 2; i++) expect(await answering.answer(says(first, epoch(2, late)))).toMatchObject({ word: 'stale' });
  // The answer to epoch 1 was lost: it is late too, and its checkpoint is the one to go on from.
  expect(await answering.answer(says(first, epoch(1, kept)))).toMatchObject({ word: 'stale' });
  expect(epochsIn(events())).toBe(1);
  expect(answering.counts).toEqual({ epochs: 1, late: 2 });
  expect(notes(events(), 'late-report')).toEqual([{ trial: 0, attempt: 1, epoch: 2, worker: 'w' }, { trial: 0, attempt: 1, epoch: 1, worker: 'w' }]);
  await expect(store.get(late)).rejects.toThrow();
  expect(await store.get(kept)).toEqual(new Uint8Array([1]));
});

test('between the hand-back and the next attempt the fence stands already', async () => {
  const { study, answering, events, task } = await begin();
  const mine = await task();
  await study.release(mine.trial, mine.attempt);
  expect(await answering.answer(says(mine, epoch(1)))).toMatchObject({ word: 'stale' });
  expect(epochsIn(events())).toBe(0);
});

test('an epoch out of step is refused, and the trial goes on from its last checkpoint', async () => {
  const { answering, events, task } = await begin();
  const mine = await task();
  expect(await answering.answer(says(mine, epoch(2)))).toMatchObject({ word: 'stale' });
  expect(epochsIn(events())).toBe(0);
  expect(await task()).toMatchObject({ trial: mine.trial, attempt: 2 });
});

test('what comes from no trial of the study is refused', async () => {
  const { answering } = await begin();
  expect(await answering.answer(says({ trial: 99, attempt: 1 } as Task, epoch(1)))).toMatchObject({ word: 'stale' });
});

test('after a freeze the hello is answered over, and an epoch under way is charged', async () => {
  const { study, answering, events, task } = await begin();
  const mine = await task();
  await answering.answer(says(mine, epoch(1)));
  await study.control({ type: 'freeze', trial: mine.trial }, 'me');
  expect(await answering.answer(says(mine, { type: 'hello' }))).toEqual({ word: 'over' });
  expect(await answering.answer(says(mine, epoch(2)))).toEqual({ word: 'over' });
  expect(epochsIn(events())).toBe(2);
});

test('a trial that goes on on another adapter is marked, one that begins again there is not', async () => {
  const { study, store, answering, events, task } = await begin();
  const first = await task();
  await answering.answer(says(first, epoch(1, await store.put('0-1-1', new Uint8Array([1])))));
  await study.release(first.trial, first.attempt);
  const second = await task();
  await answering.answer(says(second, { type: 'hello' }, 'v', 'b'));
  await answering.answer(says(second, { type: 'hello' }, 'v', 'b'));
  expect(notes(events(), 'adapter-changed')).toEqual([{ trial: 0, attempt: 2, epoch: 1, from: 'adapter a', to: 'adapter b' }]);
  expect(notes(events(), 'attempt').length).toBe(2);
  const other = await task();
  await answering.answer(says(other, { type: 'hello' }, 'w', 'a'));
  await study.release(other.trial, other.attempt);
  await answering.answer(says(await task(), { type: 'hello' }, 'v', 'b'));
  expect(notes(events(), 'adapter-changed').length).toBe(1);
});

test('a trial that breaks three trainers in a row fails; one that got on in between does not', async () => {
  const { study, answering, task } = await begin();
  const broken: Word = { type: 'handed-back', reason: 'the trainer ended with SIGSEGV', fault: true };
  await answering.answer(says(await task(), broken));
  await answering.answer(says(await task(), broken));
  const third = await task();
  await answering.answer(says(third, epoch(1)));
  await answering.answer(says(third, broken));
  expect(study.state.trials[0]?.status).toBe('running');
  await answering.answer(says(await task(), broken));
  await answering.answer(says(await task(), broken));
  expect(study.state.trials[0]).toMatchObject({ status: 'failed', failure: { kind: 'device' } });
});

test('a worker that leaves hands back as often as it likes', async () => {
  const { study, answering, task } = await begin();
  for (let i = 0; i < 6; i++) await answering.answer(says(await task(), { type: 'handed-back', reason: 'the worker leaves', fault: false }));
  expect(study.state.trials[0]).toMatchObject({ status: 'running', attempt: 6, hold: 'released' });
});

test('who holds an attempt is known from the journal', async () => {
  const { study, answering, events, task } = await begin();
  const mine = await task();
  await answering.answer(says(mine, { type: 'hello' }, 'v'));
  const again = new Attempts(study, events());
  expect([again.workerOf(mine.trial, mine.attempt), again.workerOf(mine.trial, mine.attempt + 1)]).toEqual(['v', undefined]);
});
