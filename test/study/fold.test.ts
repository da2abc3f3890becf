// Events in, state out: each event's effect, read off small hand-made journals.
import { describe, expect, test } from 'vitest';
import { JournalError, type StoredEvent, type StudyEvent, type StudyHeader, type Verdict } from '../../src/core/index.js';
import { createFold, foldEvents, type StudyState } from '../../src/study/index.js';
import { growthOfCost } from '../contracts/cost-an-event.js';
import { candidateOf } from './fakes/fakes.js';

const T = 4;
const settings = { name: 'x' };
const header: StudyHeader = {
  name: 's',
  version: '1',
  seed: 0,
  metric: { name: 'score', negated: false },
  epochs: T,
  space: settings,
  strategy: settings,
  rule: settings,
  data: settings,
  environment: {},
};

const study: StudyEvent = { type: 'study', header };
const start = (trial: number, until = T): StudyEvent => ({ type: 'start', trial, candidate: candidateOf(trial / 10), until });
const open = (trial: number, attempt = 1): StudyEvent => ({ type: 'open', trial, attempt });
const release = (trial: number, attempt = 1): StudyEvent => ({ type: 'release', trial, attempt });
const epoch = (trial: number, e: number, attempt = 1): StudyEvent => ({
  type: 'epoch',
  trial,
  attempt,
  epoch: e,
  value: e / 10 + trial,
  seconds: 2,
  checkpoint: { key: `${trial}-${attempt}-${e}`, hash: 'h', bytes: 100 },
});
const freeze: Verdict = { action: 'freeze', reason: 'low', value: { y: 0.3, at: T } };
const verdict = (trial: number, e: number, said: Verdict = { action: 'continue' }): StudyEvent => ({ type: 'verdict', trial, epoch: e, verdict: said });
const value = (trial: number, y: number, at: number, predicted: boolean): StudyEvent => ({ type: 'value', trial, y, at, predicted });
const thaw = (trial: number): StudyEvent => ({ type: 'thaw', trial, reason: 'again' });

const fold = (...events: StudyEvent[]): StudyState => foldEvents(events.map((e, i): StoredEvent => ({ ...e, seq: i + 1, time: 1000 * (i + 1) })));
const frozen = [study, start(0), open(0), epoch(0, 1), verdict(0, 1), epoch(0, 2), verdict(0, 2, freeze), value(0, 0.3, T, true)];

test('a started trial runs; opened it has a holder and a turn', () => {
  const before = fold(study, start(0));
  expect(before.trials[0]).toMatchObject({ status: 'running', attempt: 0, hold: 'none', turn: null, until: T, started: 2000 });
  expect(fold(study, start(0), open(0)).trials[0]).toMatchObject({ attempt: 1, hold: 'out', turn: 3, from: 0 });
});

test('an epoch extends the curve, is charged, and waits for its verdict', () => {
  const state = fold(study, start(0), open(0), epoch(0, 1));
  expect(state.trials[0]).toMatchObject({ curve: [0.1], epoch: 1, charged: 1, seconds: 2, turn: 4, checkpoint: { epoch: 1, key: '0-1-1' } });
  expect(state.unjudged).toEqual({ trial: 0, epoch: 1 });
  expect(fold(study, start(0), open(0), epoch(0, 1), verdict(0, 1)).unjudged).toBeNull();
});

test('the epoch at which a stretch ends waits for no verdict', () => {
  const state = fold(study, start(0, 1), open(0), epoch(0, 1), { type: 'pause', trial: 0 });
  expect(state.unjudged).toBeNull();
  expect([...state.paused]).toEqual([0]);
  expect(state.counts).toMatchObject({ running: 0, paused: 1 });
});

test('handing back and out again keeps a trial\'s turn, so that the round keeps its order', () => {
  const state = fold(study, start(0), open(0), start(1), open(1), epoch(0, 1), verdict(0, 1), release(0), release(1), open(0, 2), open(1, 2));
  expect(state.trials.map((t) => t.turn)).toEqual([6, 5]);
  expect(state.trials[0]).toMatchObject({ attempt: 2, hold: 'out', from: 1, epoch: 1 });
});

test('a freeze: value, bytes against the disk budget, and later epochs are charged only', () => {
  const state = fold(...frozen, epoch(0, 3));
  expect([...state.frozen]).toEqual([0]);
  expect(state.trials[0]).toMatchObject({ freezes: 1, value: { y: 0.3, at: T, predicted: true }, charged: 3, verdict: { epoch: 2 } });
  expect(state.totals).toMatchObject({ epochs: 3, pastFreeze: 1, repeated: 0, freezes: 1 });
  expect(state.frozenBytes).toBe(100);
  expect(state.unjudged).toBeNull();
});

test('a thaw queues the trial; opened, it leaves the queue with a new turn', () => {
  expect(fold(...frozen, thaw(0))).toMatchObject({ thawed: [0], frozenBytes: 0, trials: [{ status: 'running', turn: null, thaws: 1 }] });
  expect(fold(...frozen, thaw(0), open(0, 2))).toMatchObject({ thawed: [], trials: [{ turn: 10, from: 2 }] });
  expect(fold(...frozen, thaw(0), { type: 'cancel', trial: 0, by: 'a' })).toMatchObject({ thawed: [], counts: { cancelled: 1 } });
});

test('evicted and thawed: from epoch 0, the repeated epochs count again and are not judged', () => {
  const state = fold(...frozen, { type: 'evict', trial: 0 }, thaw(0), open(0, 2), epoch(0, 1, 2), epoch(0, 2, 2));
  expect(state.trials[0]).toMatchObject({ from: 0, epoch: 2, curve: [0.1, 0.2], charged: 4 });
  expect(state.totals).toMatchObject({ epochs: 4, repeated: 2 });
  expect(state.unjudged).toBeNull();
});

test('epoch 1 from an attempt that was to go on from later: the checkpoint was lost', () => {
  const state = fold(study, start(0), open(0), epoch(0, 1), verdict(0, 1), epoch(0, 2), verdict(0, 2), release(0), open(0, 2), epoch(0, 1, 2));
  expect(state.trials[0]).toMatchObject({ from: 0, epoch: 1, curve: [0.1, 0.2], checkpoint: { epoch: 1, key: '0-2-1' } });
});

test('frozen where it had paused, a thawed trial goes on to T', () => {
  const paused = [study, start(0, 2), open(0), epoch(0, 1), verdict(0, 1), epoch(0, 2), { type: 'pause', trial: 0 } as const];
  expect(fold(...paused, verdict(0, 2, freeze), value(0, 0.2, 2, false), thaw(0)).trials[0]).toMatchObject({ until: T, status: 'running' });
});

test('best: the highest measured value of a finished trial, the earlier of equals; predictions do not count', () => {
  const finished = (trial: number, y: number): StudyEvent[] => [start(trial), open(trial), { type: 'finish', trial }, value(trial, y, T, false)];
  expect(fold(study, ...finished(0, 0.5), ...finished(1, 0.7), ...finished(2, 0.7)).best).toEqual({ trial: 1, y: 0.7 });
  expect(fold(...frozen).best).toBeNull();
});

test('an enqueued candidate waits until the next start', () => {
  const enqueue: StudyEvent = { type: 'control', command: { type: 'enqueue', candidate: candidateOf(0.9) }, by: 'a' };
  expect(fold(study, enqueue).enqueued).toEqual([candidateOf(0.9)]);
  expect(fold(study, enqueue, start(0)).enqueued).toEqual([]);
});

test('notes about verification are kept, others are not; end ends', () => {
  const verify: StudyEvent = { type: 'note', about: 'verify', data: { trial: 0, y: 0.4, epochs: 2, seconds: 4, curve: [0.3, 0.4] } };
  const state = fold(...frozen, { type: 'end', reason: 'done' }, { type: 'note', about: 'tuner', data: 1 }, verify);
  expect([...state.verified.values()]).toEqual([{ trial: 0, y: 0.4, epochs: 2, seconds: 4 }]);
  expect(state.ended).toBe('done');
});

describe('a review is due', () => {
  const fit: StudyEvent = { type: 'fit', record: { by: 'r' } };
  const judged = [study, start(0), open(0), epoch(0, 1), fit, verdict(0, 1, freeze), value(0, 0.3, T, true)];
  test.each<[string, StudyEvent[], boolean]>([
    ['after a fit and its verdict', judged, true],
    ['after a fit and the start that came with it', [study, fit, start(0), open(0)], true],
    ['not after the next trial starts', [...judged, start(1), open(1)], false],
    ['not after the next epoch', [study, start(0), open(0), start(1), open(1), epoch(0, 1), fit, verdict(0, 1), epoch(1, 1)], false],
    ['though a checkpoint was evicted for it, or a person left a note', [...judged, { type: 'evict', trial: 0 }, { type: 'note', about: 'me', data: 'hm' }], true],
    ['though a person enqueued a configuration', [...judged, { type: 'control', command: { type: 'enqueue', candidate: candidateOf(0.9) }, by: 'me' }], true],
    ['not after a thaw, the review\'s own', [...judged, fit, thaw(0)], false],
    ['not without a fit', frozen, false],
  ])('%s', (_name, events, due) => {
    expect(fold(...events).reviewDue).toBe(due);
  });
});

test('an altered journal is refused', () => {
  expect(() => fold(study, start(1))).toThrow(JournalError);
  expect(() => fold(study, epoch(0, 1))).toThrow(/trial 0 was never started/);
});

test('cost an event is constant: ten times the trials, ten times the time, not a hundred', async () => {
  const growth = await growthOfCost(2000, 20_000, () => {
    const { apply } = createFold();
    return (trials) => Array.from({ length: trials }, (_, t) => [start(t), open(t), epoch(t, 1), verdict(t, 1, freeze), value(t, 0.1, T, true)]).flat()
      .forEach((e, i) => apply({ ...e, seq: i + 1, time: 1 }));
  });
  expect(growth).toBeLessThan(5);
});
