// How many tasks go out, and where to.
import { expect, test } from 'vitest';
import { Placement } from '../../src/fleet/placement.js';

const workers = (...slots: readonly (readonly [string, number])[]) => slots.map(([adapterClass, n]) => ({ adapterClass, slots: n }));

test('there is room for as many tasks as workers have slots', () => {
  const placement = new Placement(false, () => undefined);
  expect(placement.room()).toBe(0);
  placement.see(workers(['a', 2], ['a', 1], ['b', 1]));
  expect(placement.room()).toBe(4);
  placement.opened('0-1', 'a');
  placement.opened('1-1', 'b');
  expect(placement.room()).toBe(2);
  placement.keep(new Set(['1-1']));
  expect(placement.room()).toBe(3);
});

test('a class that lost workers takes no room from the others', () => {
  const placement = new Placement(false, () => undefined);
  placement.see(workers(['a', 2], ['b', 1]));
  placement.opened('0-1', 'a');
  placement.opened('1-1', 'a');
  placement.see(workers(['b', 1]));
  expect(placement.room()).toBe(1);
  expect(placement.deserted('a')).toBe(true);
  expect(placement.deserted('b')).toBe(false);
});

test('a trial goes on where it was, if there is room; pinned, in any case', () => {
  const loose = new Placement(false, (trial) => (trial === 0 ? 'a' : undefined));
  const pinned = new Placement(true, (trial) => (trial === 0 ? 'a' : undefined));
  for (const placement of [loose, pinned]) placement.see(workers(['a', 1], ['b', 3]));
  expect([loose.place(0), loose.place(1)]).toEqual(['a', 'b']);
  for (const placement of [loose, pinned]) placement.opened('9-1', 'a');
  expect([loose.place(0), pinned.place(0)]).toEqual(['b', 'a']);
  pinned.see(workers(['b', 3]));
  expect([pinned.place(0), pinned.deserted('a')]).toEqual(['a', false]);
});
