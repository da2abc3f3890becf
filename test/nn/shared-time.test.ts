import { expect, test } from 'vitest';
import { ManualClock } from '../../src/core/index.js';
import { SharedTime } from '../../src/nn/shared-time.js';

function gate(): { readonly opened: Promise<string>; open(): void; fail(): void } {
  let [open, fail] = [(): void => undefined, (): void => undefined];
  const opened = new Promise<string>((resolve, reject) => {
    open = () => resolve('done');
    fail = () => reject(new Error('broken'));
  });
  return { opened, open: () => open(), fail: () => fail() };
}

test('a moment is shared evenly by all that are under way in it, and their sum is the time that passed', async () => {
  const clock = new ManualClock(1000);
  const time = new SharedTime(clock);
  const [a, b, c] = [gate(), gate(), gate()];
  clock.advance(50); // nobody's
  const first = time.during(() => a.opened);
  clock.advance(2);
  const second = time.during(() => b.opened);
  const third = time.during(() => c.opened);
  clock.advance(3);
  a.open();
  expect(await first).toEqual({ result: 'done', seconds: 3 });
  clock.advance(4);
  b.fail();
  await expect(second).rejects.toThrow('broken');
  clock.advance(5);
  c.open();
  expect(await third).toEqual({ result: 'done', seconds: 1 + 2 + 5 });
});

test('epochs that are done in the same moment cost alike', async () => {
  const clock = new ManualClock();
  const time = new SharedTime(clock);
  const gates = [gate(), gate(), gate(), gate()];
  const running = gates.map(({ opened }) => time.during(() => opened));
  clock.advance(2);
  gates.forEach(({ open }) => open());
  expect((await Promise.all(running)).map(({ seconds }) => seconds)).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test('a clock that is set back takes nothing from anybody', async () => {
  const clock = new ManualClock(5000);
  const time = new SharedTime(clock);
  const only = gate();
  const running = time.during(() => only.opened);
  clock.advance(2);
  const other = gate();
  const second = time.during(() => other.opened);
  clock.advance(-60);
  other.open();
  expect((await second).seconds).toBe(0);
  clock.advance(3);
  only.open();
  expect((await running).seconds).toBe(5);
});
