// The worker's side of a trainer's process: one that does not stop is killed, one that dies is replaced, and what it says comes through.
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EpochReport } from '../../src/core/index.js';
import { TrainerProcess, UnfitError } from '../../src/fleet/index.js';
import type { Answer, KernelChoice, TaskJob } from '../../src/fleet/protocol.js';
import type { TaskLink } from '../../src/fleet/train-task.js';
import { candidateOf } from '../study/fakes/fakes.js';
import { temporaryFolder } from '../study/fakes/temporary.js';

/** Does what the task's training says, and is deaf to everything else. */
const CHILD = `
  process.send({ type: 'ready', adapter: { name: 'fake' }, kernels: 'k' });
  process.on('disconnect', () => process.exit());
  process.on('message', ({ type, job, answer }) => {
    if (type === 'answer') process.send({ type: 'ending', ending: { end: 'failed', failure: { kind: 'invalid', message: answer.word } } });
    if (type !== 'train') return;
    const { how } = job.training;
    if (how === 'report') process.send({ type: 'report', n: 1, report: { attempt: 1, epoch: 1, value: NaN, seconds: 1 } });
    if (how === 'tune') process.send({ type: 'tuned', choice: job.training.choice });
    if (how === 'unfit') process.send({ type: 'unfit', message: 'no such data' });
    if (how === 'die') process.exit(7);
    if (how === 'end' || how === 'tune') process.send({ type: 'ending', ending: { end: 'over' } });
  });
`;

function trainer() {
  const file = join(temporaryFolder(), 'child.mjs');
  writeFileSync(file, CHILD);
  const started: ChildProcess[] = [];
  const made = new TrainerProcess(() => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    started.push(child);
    return child;
  });
  onTestFinished(() => made.close());
  return { made, started };
}

const job = (how: string, more: TaskJob['training'] = {}): TaskJob => ({ study: '0123456789abcdef', task: { trial: 0, attempt: 1, candidate: candidateOf(0.5), until: 2 }, training: { how, ...more }, probe: { key: 'probe', hash: 'a'.repeat(64) } });

function link(answer: Answer = { word: 'go-on' }) {
  const stop = new AbortController();
  const reports: EpochReport[] = [];
  const choices: KernelChoice[] = [];
  const made: TaskLink = {
    stopped: stop.signal,
    draining: new AbortController().signal,
    report: (report) => {
      reports.push(report);
      return Promise.resolve(answer);
    },
    lost: () => Promise.resolve(),
    tuned: (choice) => void choices.push(choice),
    complain: () => undefined,
  };
  return { made, stop, reports, choices };
}

test('says what device there is, and is kept from task to task', async () => {
  const { made, started } = trainer();
  expect(await made.facts()).toEqual({ adapter: { name: 'fake' }, kernels: 'k' });
  for (let i = 0; i < 2; i++) expect(await made.train(job('end'), link().made)).toEqual({ end: 'over' });
  expect(started).toHaveLength(1);
});

test('an epoch goes up, a score that is no number too, and the answer comes down', async () => {
  const { made } = trainer();
  const { made: to, reports } = link();
  expect(await made.train(job('report'), to)).toEqual({ end: 'failed', failure: { kind: 'invalid', message: 'go-on' } });
  expect(reports).toEqual([{ attempt: 1, epoch: 1, value: NaN, seconds: 1 }]);
});

test('which kernels it chose comes through', async () => {
  const { made } = trainer();
  const { made: to, choices } = link();
  const choice = { family: 'matmul', direction: 'forward', shapes: 'M1 N1 K1', from: 'measured', ranking: [], seconds: 0.1 };
  expect(await made.train(job('tune', { choice }), to)).toEqual({ end: 'over' });
  expect(choices).toEqual([choice]);
});

test('one that does not stop within two seconds is killed, and the next task has a new one', async () => {
  const { made, started } = trainer();
  await made.facts();
  const { made: to, stop } = link();
  const ending = made.train(job('hang'), to);
  const gone = new Promise((resolve) => started[0]?.once('exit', (_, signal) => resolve(signal)));
  stop.abort();
  expect(await ending).toEqual({ end: 'over' });
  expect(await gone).toBe('SIGKILL');
  expect(await made.train(job('end'), link().made)).toEqual({ end: 'over' });
  expect(started).toHaveLength(2);
});

test('one that dies hands its trial back as a fault, and is replaced', async () => {
  const { made, started } = trainer();
  expect(await made.train(job('die'), link().made)).toEqual({ end: 'handed-back', reason: 'the trainer\'s process ended with 7', fault: true });
  expect(await made.train(job('end'), link().made)).toEqual({ end: 'over' });
  expect(started).toHaveLength(2);
});

test('a study that this machine cannot train is said as such', async () => {
  const { made } = trainer();
  await expect(made.train(job('unfit'), link().made)).rejects.toThrow(new UnfitError('no such data'));
});
