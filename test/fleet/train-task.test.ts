// One task in the hands of whoever trains, without a network: what goes up when, and what ends it.
import { expect, onTestFinished, test, vi } from 'vitest';
import { CheckpointError, DeviceLostError, TrialError, type CheckpointStore, type EpochReport, type Runner, type Task } from '../../src/core/index.js';
import type { Answer } from '../../src/fleet/protocol.js';
import { trainTask, type TaskLink } from '../../src/fleet/train-task.js';
import { memoryCheckpoints } from '../../src/study/index.js';
import { candidateOf, fakeRunner } from '../study/fakes/fakes.js';

const task: Task = { trial: 0, attempt: 1, candidate: candidateOf(0.7), until: 4 };
const GO: Answer = { word: 'go-on' };

function linkOf(answer: (report: EpochReport) => Answer | Promise<Answer>) {
  const stop = new AbortController();
  const drain = new AbortController();
  const reports: EpochReport[] = [];
  const lost: string[] = [];
  const link: TaskLink = {
    stopped: stop.signal,
    draining: drain.signal,
    report: (report) => {
      reports.push(report);
      return Promise.resolve(answer(report));
    },
    lost: (from) => Promise.resolve(void lost.push(from.key)),
    tuned: () => undefined,
    complain: () => undefined,
  };
  return { link, reports, lost, stop, drain, epochs: () => reports.map(({ epoch }) => epoch) };
}

const untilLast = ({ epoch }: EpochReport): Answer => (epoch === task.until ? { word: 'over' } : GO);

test('every epoch goes up with its checkpoint in the store', async () => {
  const store = memoryCheckpoints();
  const { link, reports, epochs } = linkOf(untilLast);
  expect(await trainTask(task, fakeRunner(), store, link)).toEqual({ end: 'over' });
  expect(epochs()).toEqual([1, 2, 3, 4]);
  for (const { checkpoint } of reports) if (checkpoint !== undefined) await store.get(checkpoint);
  expect(reports.every(({ checkpoint }) => checkpoint !== undefined)).toBe(true);
});

test('the next epoch is trained while the answer is under way, the one after that is not', async () => {
  const begun: number[] = [];
  let answer: (answer: Answer) => void = () => undefined;
  const { link, epochs } = linkOf((report) => (report.epoch === 1 ? new Promise((resolve) => (answer = resolve)) : untilLast(report)));
  const before = (_: Task, epoch: number): void => void begun.push(epoch);
  const ending = trainTask(task, fakeRunner({ before }), memoryCheckpoints(), link);
  while (begun.length < 2) await new Promise(setImmediate);
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  expect([begun, epochs()]).toEqual([[1, 2], [1]]);
  answer(GO);
  await ending;
  expect(epochs()).toEqual([1, 2, 3, 4]);
});

test('a freeze ends it; the epoch that was under way is charged, without a checkpoint', async () => {
  const { link, reports } = linkOf(({ epoch }) => (epoch >= 2 ? { word: 'over' } : GO));
  expect(await trainTask(task, fakeRunner(), memoryCheckpoints(), link)).toEqual({ end: 'over' });
  expect(reports.map(({ epoch, checkpoint }) => [epoch, checkpoint?.key])).toEqual([[1, '0-1-1'], [2, '0-1-2'], [3, undefined]]);
});

test('an attempt that was given away says no more', async () => {
  const { link, epochs } = linkOf(({ epoch }) => (epoch === 2 ? { word: 'stale', message: 'given away' } : GO));
  expect(await trainTask(task, fakeRunner(), memoryCheckpoints(), link)).toEqual({ end: 'over' });
  expect(epochs()).toEqual([1, 2]);
});

test('a stop ends it before the next report', async () => {
  const { link, stop, epochs } = linkOf(() => GO);
  const before = (_: Task, epoch: number): void => void (epoch === 2 && stop.abort());
  expect(await trainTask(task, fakeRunner({ before }), memoryCheckpoints(), link)).toEqual({ end: 'over' });
  expect(epochs()).toEqual([1]);
});

test('a worker that leaves ends its epoch, reports it and hands the trial back', async () => {
  const { link, drain, reports } = linkOf(() => GO);
  const before = (_: Task, epoch: number): void => void (epoch === 2 && drain.abort());
  expect(await trainTask(task, fakeRunner({ before }), memoryCheckpoints(), link)).toEqual({ end: 'handed-back', reason: 'the worker leaves', fault: false });
  expect(reports.map(({ checkpoint }) => checkpoint?.key)).toEqual(['0-1-1', '0-1-2']);
});

test('goes on from its checkpoint, and from the beginning where that is lost', async () => {
  const store = memoryCheckpoints();
  const first = linkOf(({ epoch }) => (epoch === 2 ? { word: 'over' } : GO));
  await trainTask(task, fakeRunner(), store, first.link);
  const from = { ...(first.reports[1]?.checkpoint ?? { key: '', hash: '' }), epoch: 2 };
  const second = linkOf(untilLast);
  await trainTask({ ...task, attempt: 2, from }, fakeRunner(), store, second.link);
  expect([second.epochs(), second.lost]).toEqual([[3, 4], []]);
  await store.delete(from.key);
  const third = linkOf(untilLast);
  await trainTask({ ...task, attempt: 3, from }, fakeRunner(), store, third.link);
  expect([third.epochs(), third.lost]).toEqual([[1, 2, 3, 4], [from.key]]);
});

test('a store that stays full costs checkpoints, no epochs', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const full: CheckpointStore = { ...memoryCheckpoints(), put: () => Promise.reject(new CheckpointError('disk full')) };
  const { link, reports } = linkOf(({ epoch }) => (epoch === 1 ? { word: 'over' } : GO));
  const ending = trainTask({ ...task, until: 1 }, fakeRunner(), full, link);
  await vi.runAllTimersAsync();
  expect(await ending).toEqual({ end: 'over' });
  expect(reports).toMatchObject([{ epoch: 1 }]);
  expect(reports[0]).not.toHaveProperty('checkpoint');
});

test('the trial\'s own faults fail it, the machine\'s are thrown', async () => {
  const runner = (error: Error): Runner => fakeRunner({ before: () => { throw error; } });
  const { link } = linkOf(() => GO);
  expect(await trainTask(task, runner(new TrialError('memory', 'too big')), memoryCheckpoints(), link)).toEqual({ end: 'failed', failure: { kind: 'memory', message: 'too big' } });
  await expect(trainTask(task, runner(new DeviceLostError('gone')), memoryCheckpoints(), link)).rejects.toThrow('gone');
});
