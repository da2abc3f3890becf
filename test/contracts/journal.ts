// The suite that every Journal must pass. `open` is called with the same place again and again: what was appended stays there.
import { describe, expect, test } from 'vitest';
import type { Journal, StudyEvent } from '../../src/core/index.js';

export interface JournalPlace {
  open(): Journal;
  /** As another process would; left out where there is none. */
  reader?(): Journal;
}

const note = (about: string): StudyEvent => ({ type: 'note', about, data: { about, list: [1, 2.5, null] } });

export function journalContract(name: string, place: () => JournalPlace): void {
  describe(`${name} keeps the journal's contract`, () => {
    test('numbers events from 1 without gaps, and stamps them', () => {
      const journal = place().open();
      const before = Date.now();
      const first = journal.append([note('a'), note('b')]);
      const second = journal.append([note('c')]);
      expect([...first, ...second].map((e) => e.seq)).toEqual([1, 2, 3]);
      for (const event of first) expect(event.time).toBeGreaterThanOrEqual(before);
      journal.close();
    });

    test('reads back what was appended, in order, whole or after a number', () => {
      const journal = place().open();
      const stored = [...journal.append([note('a'), note('b')]), ...journal.append([note('c')])];
      expect([...journal.read()]).toEqual(stored);
      expect([...journal.read(2)].map((e) => e.seq)).toEqual([3]);
      expect([...journal.read(3)]).toEqual([]);
      journal.close();
    });

    test('may be appended to while it is read', () => {
      const journal = place().open();
      for (let i = 0; i < 1500; i += 100) journal.append(Array.from({ length: 100 }, (_, k) => note(`${i + k}`)));
      let read = 0;
      for (const event of journal.read()) {
        if (event.seq === 10) journal.append([note('late')]);
        read++;
      }
      expect(read).toBe(1501);
      journal.close();
    });

    test('an append of nothing is nothing', () => {
      const journal = place().open();
      expect(journal.append([])).toEqual([]);
      expect([...journal.read()]).toEqual([]);
      journal.close();
    });

    test('keeps numbers, text and nested data exactly', () => {
      const at = place();
      const journal = at.open();
      const data = { x: 0.1 + 0.2, tiny: 5e-324, text: 'quote " newline \n snow \u2603', deep: [{ a: [true, null] }] };
      journal.append([{ type: 'note', about: 'data', data }]);
      journal.close();
      const again = at.open();
      expect([...again.read()][0]).toMatchObject({ type: 'note', data });
      again.close();
    });

    test('goes on where it ended after it was closed and opened again', () => {
      const at = place();
      const first = at.open();
      first.append([note('a')]);
      first.close();
      const second = at.open();
      second.append([note('b')]);
      expect([...second.read()].map((e) => [e.seq, e.type === 'note' && e.about])).toEqual([
        [1, 'a'],
        [2, 'b'],
      ]);
      second.close();
    });

    test('a reader sees later appends and blocks nobody', ({ skip }) => {
      const at = place();
      const journal = at.open();
      if (at.reader === undefined) return skip('this journal has no other processes');
      journal.append([note('a')]);
      const reader = at.reader();
      const open = reader.read()[Symbol.iterator]();
      expect(open.next().value).toMatchObject({ seq: 1 });
      journal.append([note('b')]);
      expect([...reader.read()].length).toBe(2);
      expect(() => reader.append([note('c')])).toThrow(/opened for reading/);
      reader.close();
      journal.close();
    });
  });
}
