// The library as a user's own training loop meets it: no GPU, in memory or in a file.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sendCommand } from '../../src/study/index.js';
import { createStudy, UsageError, type CreateStudyOptions, type UserStudy } from '../../src/index.js';

const EPOCHS = 12;
const space = { learning_rate: { low: 1e-4, high: 1, log: true }, width: { low: 8, high: 64, integer: true } };

/** A curve that rises towards a ceiling set by the learning rate: best near 0.01. */
function accuracy(hp: { readonly [name: string]: number }, epoch: number): number {
  const miss = Math.abs(Math.log10(hp['learning_rate'] ?? 1) + 2);
  return (0.9 - 0.2 * miss) * (1 - Math.exp(-epoch / 3)) + 0.001 * Math.sin(37 * (hp['width'] ?? 0) + epoch);
}

async function train(study: UserStudy, value: (hp: { readonly [name: string]: number }, epoch: number) => number): Promise<void> {
  for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
    const { trial, attempt, candidate, from, until } = answer.task;
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= until; epoch++) {
      const verdict = await study.report(trial, { attempt, epoch, value: value(candidate.hp, epoch), seconds: 1 });
      if (verdict.action !== 'continue') break;
    }
  }
}

const options: CreateStudyOptions = { epochs: EPOCHS, trials: 40, space, seed: 3, rule: { draws: 30 } };
const folder = mkdtempSync(join(tmpdir(), 'foretell-library-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('createStudy', () => {
  it('saves epochs and keeps the best', async () => {
    const study = await createStudy(options);
    await train(study, accuracy);
    const { trials, epochs, best, counts } = study.summary();
    await study.close();
    expect(trials).toBe(40);
    expect(counts.frozen).toBeGreaterThan(10);
    expect(epochs.speedup).toBeGreaterThan(1.5);
    expect(best?.y).toBeGreaterThan(0.86);
  });

  it('minimises: the same search with the sign turned gives the same trials and the best in the user\'s direction', async () => {
    const up = await createStudy(options);
    const down = await createStudy({ ...options, direction: 'minimize' });
    await train(up, accuracy);
    await train(down, (hp, epoch) => -accuracy(hp, epoch));
    expect(down.summary().epochs).toEqual(up.summary().epochs);
    expect(down.summary().best?.y).toBe(-(up.summary().best?.y ?? Number.NaN));
  });

  it('tells bar and prediction in the user\'s direction', async () => {
    const study = await createStudy({ ...options, direction: 'minimize' });
    const bars: number[] = [];
    for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
      const { trial, attempt, candidate, from, until } = answer.task;
      for (let epoch = (from?.epoch ?? 0) + 1; epoch <= until; epoch++) {
        const verdict = await study.report(trial, { attempt, epoch, value: 100 - accuracy(candidate.hp, epoch), seconds: 1 });
        if (verdict.action === 'freeze') bars.push(verdict.bar ?? Number.NaN, verdict.predicted?.mean ?? Number.NaN, verdict.value.y);
        if (verdict.action !== 'continue') break;
      }
    }
    await study.close();
    expect(bars.length).toBeGreaterThan(10);
    expect(bars.every((y) => y > 90 && y < 101)).toBe(true);
  });

  it('tries known configurations first, and says which is wrong', async () => {
    const file = join(folder, 'known.study');
    const known: CreateStudyOptions = { ...options, file, enqueue: [{ hp: { learning_rate: 0.02, width: 9 } }, { hp: { learning_rate: 0.5, width: 64 } }] };
    for (const [i, rate] of [0.02, 0.5, null].entries()) {
      // Taken up again between them.
      const study = await createStudy(known);
      const answer = await study.ask();
      if (answer.action !== 'train') throw new Error(`expected a task, got ${answer.action}`);
      expect(answer.task.trial).toBe(i);
      if (rate !== null) expect(answer.task.candidate.hp['learning_rate']).toBe(rate);
      else expect([0.02, 0.5]).not.toContain(answer.task.candidate.hp['learning_rate']);
      await study.fail(answer.task.trial, answer.task.attempt, { kind: 'invalid', message: 'enough' });
      await study.close();
    }
    await expect(createStudy({ ...options, enqueue: [{ hp: { learning_rate: 0.02, width: 9 } }, { hp: { learning_rate: 7, width: 9 } }] })).rejects.toThrow(/enqueue\[1\]: number space: expected learning_rate in \[0.0001, 1\], got 7/);
    await expect(createStudy({ ...options, enqueue: [{ rate: 1 } as object] })).rejects.toThrow(/enqueue\[0\]: candidate: expected/);
  });

  it('goes on from a file', async () => {
    const file = join(folder, 'mine.study');
    const first = await createStudy({ ...options, file });
    const answer = await first.ask();
    if (answer.action !== 'train') throw new Error(`expected a task, got ${answer.action}`);
    const { trial, attempt, candidate } = answer.task;
    await first.report(trial, { attempt, epoch: 1, value: accuracy(candidate.hp, 1), seconds: 1 });
    await first.close();
    const second = await createStudy({ ...options, file });
    expect(second.summary()).toMatchObject({ trials: 1, epochs: { trained: 1 } });
    await second.close();
    await expect(createStudy({ ...options, file, epochs: 9 })).rejects.toThrow(/epochs was 12, now 9/);
  });

  it('of a file obeys commands from outside, though the loop never lets go of the event loop', async () => {
    const file = join(folder, 'told.study');
    const study = await createStudy({ ...options, file, direction: 'minimize', rule: 'none' });
    const tell = (command: Parameters<typeof sendCommand>[1]): Promise<string> => sendCommand(file, command, 'ann').then(() => 'done', (error: Error) => error.message);
    const next = async () => {
      const answer = await study.ask();
      if (answer.action !== 'train') throw new Error(`expected a task, got ${answer.action}`);
      return answer.task;
    };
    const report = (trial: number, attempt: number, epoch: number) => study.report(trial, { attempt, epoch, value: 10 - epoch, seconds: 1 });

    const first = await next();
    expect(await report(first.trial, first.attempt, 1)).toMatchObject({ action: 'continue' });
    const frozen = tell({ type: 'freeze', trial: first.trial });
    expect(await report(first.trial, first.attempt, 2)).toMatchObject({ action: 'freeze', reason: 'frozen by ann', value: { y: 9, at: 1 } });
    const wanted = tell({ type: 'enqueue', candidate: { architecture: null, ap: {}, hp: { learning_rate: 0.02, width: 9 } } });
    const second = await next();
    expect(second.candidate.hp).toEqual({ learning_rate: 0.02, width: 9 });
    const [wrong, thawed] = [tell({ type: 'enqueue', candidate: { architecture: null, ap: {}, hp: { learning_rate: 7, width: 9 } } }), tell({ type: 'thaw', trial: first.trial })];
    expect(await next()).toMatchObject({ trial: first.trial, attempt: 2 });
    const cancelled = tell({ type: 'cancel', trial: second.trial });
    expect(await report(second.trial, second.attempt, 1)).toEqual({ action: 'stop', reason: 'cancelled' });
    const third = await next();
    const ended = tell({ type: 'end' });
    expect(await report(third.trial, third.attempt, 1)).toEqual({ action: 'stop', reason: 'ended' });
    expect(await study.ask()).toEqual({ action: 'done' });
    expect(await Promise.all([frozen, wanted, thawed, cancelled, ended])).toEqual(Array.from({ length: 5 }, () => 'done'));
    expect(await wrong).toMatch(/expected learning_rate in \[0.0001, 1\], got 7/);
    await study.close();
    expect(existsSync(`${file}.mail`)).toBe(false);
    expect(await tell({ type: 'end' })).toMatch(/has ended \(ended by ann\)/);
  });

  it.each<[string, CreateStudyOptions, RegExp]>([
    ['no space', { epochs: 3 }, /expected a space/],
    ['an empty space', { epochs: 3, space: {} }, /at least one named range/],
    ['a range turned round', { epochs: 3, space: { x: { low: 2, high: 1 } } }, /low < high for x, got 2 and 1/],
    ['a logarithm from zero', { epochs: 3, space: { x: { low: 0, high: 1, log: true } } }, /above 0/],
    ['no choice', { epochs: 3, space: { x: [] } }, /finite choices of x/],
    ['half an epoch', { epochs: 0.5, space }, /whole number from 1, got 0.5/],
    ['an unknown rule', { epochs: 3, space, rule: 'psychic' as 'none' }, /got 'psychic'/],
    ['an unknown direction', { epochs: 3, space, direction: 'sideways' as 'minimize' }, /got 'sideways'/],
  ])('refuses %s', async (_name, wrong, message) => {
    const opened = createStudy(wrong);
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toBeInstanceOf(UsageError);
  });
});
