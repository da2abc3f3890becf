// A measurement has the device to itself, and nobody waits for ever.
import { expect, it } from 'vitest';
import { Quiet } from '../../src/tune/index.js';

const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await Promise.resolve();
};

it('lets running work finish, and holds new work back while a measurement is on', async () => {
  const quiet = new Quiet();
  const told: string[] = [];
  const work = (name: string, length: number) => async () => {
    told.push(`${name} begins`);
    await turns(length);
    told.push(`${name} ends`);
  };
  await Promise.all([quiet.during(work('a', 5)), quiet.alone(work('m', 5)), quiet.during(work('b', 3)), quiet.alone(work('n', 2))]);
  expect(told.slice(0, 4)).toEqual(['a begins', 'a ends', 'm begins', 'm ends']);
  const [b, n] = [told.indexOf('b begins'), told.indexOf('n begins')];
  expect(told[b + 1]).toBe('b ends');
  expect(told[n + 1]).toBe('n ends');
});

it('opens again after work that failed', async () => {
  const quiet = new Quiet();
  await expect(quiet.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(quiet.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await quiet.alone(() => Promise.resolve(1))).toBe(1);
  expect(await quiet.during(() => Promise.resolve(2))).toBe(2);
});
