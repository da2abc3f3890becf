// A study file that was left in the middle of a trial: opened again, the trial is handed out again, and the study comes to its end.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, StaleAttemptError, type CreateStudyOptions, type Task, type UserStudy } from '../../src/index.js';
import { temporaryFolder } from '../study/fakes/temporary.js';

const EPOCHS = 4;
const options: CreateStudyOptions = { epochs: EPOCHS, trials: 2, space: { x: { low: 0, high: 1 } }, rule: 'none' };

async function next(study: UserStudy): Promise<Task> {
  const answer = await study.ask();
  if (answer.action !== 'train') throw new Error(`expected a task, got ${answer.action}`);
  return answer.task;
}

async function train(study: UserStudy, { trial, attempt, from, until }: Task, last = until): Promise<void> {
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= last; epoch++) {
    await study.report(trial, { attempt, epoch, value: epoch, seconds: 1, checkpoint: { key: `${trial}-${epoch}`, hash: 'h' } });
  }
}

it.each([['before its first epoch', 0], ['in its middle', 2]])('hands out again a trial that was left %s', async (_name, seen) => {
  const file = join(temporaryFolder(), 'left.study');
  const left = await createStudy({ ...options, file });
  const task = await next(left);
  await train(left, task, seen);
  await left.close();

  const again = await createStudy({ ...options, file });
  await expect(again.report(task.trial, { attempt: 1, epoch: seen + 1, value: 1, seconds: 1 })).rejects.toBeInstanceOf(StaleAttemptError);
  const taken = await next(again);
  expect(taken).toMatchObject({ trial: task.trial, attempt: 2, candidate: task.candidate });
  expect(taken.from?.epoch).toBe(seen === 0 ? undefined : seen);
  await train(again, taken);
  await train(again, await next(again));
  expect(await again.ask()).toEqual({ action: 'done' });
  expect(again.summary()).toMatchObject({ ended: 'search complete', counts: { finished: 2 }, epochs: { trained: 2 * EPOCHS } });
  await again.close();
});

it('hands out again all that several askers held, each from epoch 1 where no checkpoint was reported', async () => {
  const file = join(temporaryFolder(), 'two.study');
  const left = await createStudy({ ...options, file });
  const tasks = [await next(left), await next(left)];
  for (const { trial, attempt } of tasks) await left.report(trial, { attempt, epoch: 1, value: 1, seconds: 1 });
  expect(await left.ask()).toEqual({ action: 'wait' });
  await left.close();
  const again = await createStudy({ ...options, file });
  const taken = [await next(again), await next(again)];
  expect(taken.map(({ trial, attempt, from }) => [trial, attempt, from])).toEqual([[0, 2, undefined], [1, 2, undefined]]);
  await again.close();
});
