// Both journals keep the contract; the file's own promises: one writer, clear refusals, and nothing lost on a full disk.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { JournalError, ManualClock, type StudyEvent } from '../../src/core/index.js';
import { memoryJournal, openJournal, openJournalForReading } from '../../src/study/index.js';
import { journalContract } from '../contracts/journal.js';
import { compileChildren, type Children } from './children/compile.js';
import { temporaryFolder } from './fakes/temporary.js';

const note: StudyEvent = { type: 'note', about: 'a', data: 'x'.repeat(100) };
const newPath = (): string => join(temporaryFolder(), 'a.study');

journalContract('the journal in memory', () => {
  const journal = memoryJournal();
  return { open: () => journal };
});

journalContract('the journal on a file', () => {
  const path = newPath();
  return { open: () => openJournal(path), reader: () => openJournalForReading(path) };
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function studyOf(events: number): string {
  const path = newPath();
  const journal = openJournal(path, { durability: 'normal' });
  journal.append(Array.from({ length: events }, () => note));
  journal.close();
  return path;
}

test('time comes from the clock that is handed in', () => {
  const clock = new ManualClock(1000);
  const journal = openJournal(newPath(), { clock });
  clock.advance(2);
  expect(journal.append([note])[0]?.time).toBe(3000);
  journal.close();
});

test('a writer killed before the schema stood leaves a study without events, which the next one begins', () => {
  const path = newPath();
  writeFileSync(path, '');
  const reader = openJournalForReading(path);
  expect([...reader.read()]).toEqual([]);
  expect(() => reader.append([note])).toThrow(/opened for reading/);
  reader.close();
  const blank = new Database(path);
  blank.pragma('journal_mode = WAL');
  blank.close();
  expect([...openJournalForReading(path).read()]).toEqual([]);
  const journal = openJournal(path);
  expect(journal.append([note])[0]?.seq).toBe(1);
  journal.close();
});

test('a journal that was dropped but not closed keeps its study', () => {
  const path = newPath();
  (() => openJournal(path).append([note]))();
  collectGarbage();
  expect(() => openJournal(path)).toThrow(/held by this process/);
});

test('the table of events refuses changes', () => {
  const path = studyOf(2);
  const raw = new Database(path);
  expect(() => raw.exec('DELETE FROM event')).toThrow(/append-only/);
  expect(() => raw.exec("UPDATE event SET body = '{}'")).toThrow(/append-only/);
  raw.close();
});

describe('refusals', () => {
  const refused = (path: string, message: RegExp): void => {
    for (const open of [openJournal, openJournalForReading]) {
      expect(() => open(path), open.name).toThrow(JournalError);
      expect(() => open(path), open.name).toThrow(message);
    }
  };

  test('a file of another kind', () => {
    const path = newPath();
    writeFileSync(path, 'id,accuracy\n'.repeat(500));
    refused(path, /expected a study file, got a file of another kind/);
    expect(readFileSync(path, 'utf8')).toBe('id,accuracy\n'.repeat(500));
  });

  test('another SQLite file', () => {
    const path = newPath();
    new Database(path).exec('CREATE TABLE t (x)').close();
    refused(path, /another kind of SQLite file/);
  });

  test('another schema version', () => {
    const path = studyOf(1);
    new Database(path).exec('PRAGMA user_version = 9').close();
    refused(path, /expected a study of schema version 1, got 9/);
  });

  test('a damaged file', () => {
    const path = studyOf(2000);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 2, 4096 * 20);
    writeFileSync(path, bytes);
    expect(() => openJournal(path)).toThrow(/the study file is damaged; go back to a copy/);
    expect(() => [...openJournalForReading(path).read()]).toThrow(JournalError);
  });

  test('a truncated file', () => {
    const path = studyOf(2000);
    writeFileSync(path, readFileSync(path).subarray(0, 40_000));
    expect(() => openJournal(path)).toThrow(/the study file is damaged/);
  });

  test('rows that are gone', () => {
    const path = studyOf(5);
    new Database(path).exec('DROP TRIGGER event_remains; DELETE FROM event WHERE seq = 3').close();
    refused(path, /expected 5 events, found 4/);
  });

  test('a body that is not JSON', () => {
    const path = studyOf(1);
    new Database(path).exec("DROP TRIGGER event_stays; UPDATE event SET body = '{'").close();
    expect(() => [...openJournalForReading(path).read()]).toThrow(/event 1 cannot be read/);
  });

  test('a folder that is not there, and reading what is not there', () => {
    expect(() => openJournal(join(temporaryFolder(), 'missing', 'a.study'))).toThrow(JournalError);
    expect(() => openJournalForReading(newPath())).toThrow(/cannot be opened/);
  });
});

describe('disk full', () => {
  test('an append beyond the limit is refused as a whole; what was there stays, and it goes on once there is room', () => {
    const path = newPath();
    const small = openJournal(path, { maxBytes: 64 * 1024 });
    let last = 0;
    expect(() => {
      for (;;) last = small.append([note, note, note]).at(-1)?.seq ?? 0;
    }).toThrow(/disk full; free space and run the same command again \(nothing up to event \d+ is lost\)/);
    expect([...small.read()].length).toBe(last);
    small.close();
    const roomy = openJournal(path);
    expect([...roomy.read()].length).toBe(last);
    expect(roomy.append([note])[0]?.seq).toBe(last + 1);
    roomy.close();
  });

  test('on a file system that is really full', ({ skip }) => {
    const folder = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', folder]).status === 0;
    if (!mounted) return skip('mounting a small tmpfs needs root');
    onTestFinished(() => void spawnSync('umount', ['-l', folder]));
    const path = join(folder, 'a.study');
    const journal = openJournal(path);
    let last = 0;
    expect(() => {
      for (;;) last = journal.append(Array.from({ length: 20 }, () => note)).at(-1)?.seq ?? 0;
    }).toThrow(/disk full/);
    expect([...openJournalForReading(path).read()].length).toBe(last);
    spawnSync('mount', ['-o', 'remount,size=2m', folder]);
    expect(journal.append([note])[0]?.seq).toBe(last + 1);
    journal.close();
  });
});

describe('other processes', () => {
  let children: Children;
  beforeAll(() => {
    children = compileChildren();
  });
  afterAll(() => children.remove());

  test('a second writer is refused with the holder and since when; kill -9 frees the study; readers are not blocked', async () => {
    const path = newPath();
    const holder = children.start('holder', path);
    await holder.line('held');
    expect(() => openJournal(path)).toThrow(JournalError);
    expect(() => openJournal(path)).toThrow(new RegExp(`held by process ${holder.process.pid} \\(since 20.*only one process may write it`));
    const reader = openJournalForReading(path);
    expect([...reader.read()]).toMatchObject([{ seq: 1, data: holder.process.pid }]);
    holder.process.kill('SIGKILL');
    await holder.ended;
    const mine = openJournal(path);
    expect(mine.append([note])[0]?.seq).toBe(2);
    expect([...reader.read()].length).toBe(2);
    expect(() => openJournal(path)).toThrow(/held by this process/);
    reader.close();
    mine.close();
  });

  test('of eight that open at once one gets the study, and the others name it', async () => {
    const path = newPath();
    const all = Array.from({ length: 8 }, () => children.start('holder', path));
    const results = await Promise.all(all.map((child) => child.line('held').then(() => null, (e: Error) => e.message)));
    const winner = all[results.indexOf(null)];
    expect(results.filter((r) => r === null).length).toBe(1);
    for (const message of results) if (message !== null) expect(message).toContain(`process ${winner?.process.pid} `);
    winner?.process.kill('SIGKILL');
    await Promise.all(all.map((child) => child.ended));
  });

  test('without rights: writing is refused, reading works', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('becoming another user needs root');
    const path = studyOf(3);
    const folder = join(path, '..', 'shared');
    mkdirSync(folder);
    const copy = join(folder, 'a.study');
    copyFileSync(path, copy);
    chmodSync(join(path, '..'), 0o755);
    chmodSync(copy, 0o644);
    const child = children.start('plain-user', copy);
    expect(await child.line('write')).toMatch(/JournalError.*(read-only|cannot be opened)/);
    expect(await child.line('events')).toBe('events 3');
    await child.ended;
    expect(existsSync(`${copy}-wal`)).toBe(false);
  });

  test('a read-only study file in a folder of one\'s own', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('becoming another user needs root');
    const path = studyOf(3);
    chmodSync(join(path, '..'), 0o777);
    chmodSync(`${path}.lock`, 0o666);
    chmodSync(path, 0o444);
    const child = children.start('plain-user', path);
    expect(await child.line('write')).toMatch(/JournalError.*is read-only; change its permissions/);
    expect(await child.line('events')).toBe('events 3');
    await child.ended;
  });

  test('a killed writer\'s last events are read or refused, never left out', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('becoming another user needs root');
    const path = newPath();
    const holder = children.start('holder', path);
    await holder.line('held');
    holder.process.kill('SIGKILL');
    await holder.ended;
    chmodSync(join(path, '..'), 0o755);
    const child = children.start('plain-user', path);
    await child.line('read');
    expect(await child.line('read')).toMatch(/fine|JournalError/);
    await child.ended;
    await expect(child.line('events 0')).rejects.toThrow();
  });
});
