// The journal of a study as one SQLite file: an append-only table of events. Write-ahead log, so that readers in other
// processes see whole appends and never block the writer. With `durability: 'full'` (the default) the log is flushed to disk
// at each append: neither kill -9 nor a power cut loses an append that has returned. With 'normal' kill -9 still loses
// nothing, a power cut may take the last appends (never a part of one). It folds nothing and judges nothing.
import { readFileSync, statSync } from 'node:fs';
import { JournalError, systemClock, type Clock, type Journal, type StoredEvent, type StudyEvent } from '../core/index.js';
import { lockStudy } from './lock.js';
import { codeOf, journalError, openDatabase, type Database } from './sqlite.js';

/** "fore" in ASCII: says that a SQLite file is a study. */
const APPLICATION_ID = 0x666f7265;
const SCHEMA_VERSION = 1;
const PAGE_OF_EVENTS = 512;

const SCHEMA = `
  CREATE TABLE event (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, type TEXT NOT NULL, trial INTEGER, body TEXT NOT NULL);
  CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export interface JournalOptions {
  readonly clock?: Clock;
  readonly durability?: 'full' | 'normal';
  /** The file may not grow beyond this; an append that would is refused like a full disk. */
  readonly maxBytes?: number;
}

/** A journal that is only read, by a process that may not be its writer's. */
export interface JournalReader extends Journal {
  /** The event of that number. */
  at(seq: number): StoredEvent | undefined;
}

interface Row {
  readonly seq: number;
  readonly time: number;
  readonly type: string;
  readonly trial: number | null;
  readonly body: string;
}

/** Opens a study for writing, making it where it is missing. Throws JournalError (held by another process, not a study, damaged, read-only, disk full). */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  const clock = options.clock ?? systemClock;
  const unlock = lockStudy(path, clock);
  let database: Database | undefined;
  try {
    database = openDatabase(path, { timeout: 5000 });
    prepare(database, path, options);
    return new SqliteJournal(database, path, clock, unlock);
  } catch (error) {
    database?.close();
    unlock();
    throw journalError(error, path, null);
  }
}

/** Opens a study that another process may be writing; `append` on it throws. Later `read` calls see what was appended meanwhile. */
export function openJournalForReading(path: string): JournalReader {
  let database: Database | undefined;
  try {
    database = openReadOnly(path);
    if (isBlank(database)) {
      database.close();
      return blankJournal(path);
    }
    expectStudy(database, path);
    return new SqliteJournal(database, path, systemClock, null);
  } catch (error) {
    database?.close();
    throw journalError(error, path, null);
  }
}

class SqliteJournal implements JournalReader {
  private last: number;
  private readonly insert;
  private readonly page;
  private readonly one;

  constructor(
    private readonly database: Database,
    private readonly path: string,
    private readonly clock: Clock,
    private readonly unlock: (() => void) | null,
  ) {
    this.last = lastEvent(database, path);
    this.insert = unlock === null ? null : database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)');
    this.page = database.prepare(`SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ${PAGE_OF_EVENTS}`);
    this.one = database.prepare('SELECT * FROM event WHERE seq = ?');
  }

  append(events: readonly StudyEvent[]): readonly StoredEvent[] {
    const { insert } = this;
    if (insert === null) throw openedForReading(this.path);
    if (events.length === 0) return [];
    const time = Math.round(this.clock.now());
    const rows = events.map((event, i) => rowOf(event, this.last + 1 + i, time));
    try {
      this.database.transaction(() => {
        for (const row of rows) insert.run(row.seq, row.time, row.type, row.trial, row.body);
      })();
    } catch (error) {
      throw journalError(error, this.path, this.last);
    }
    this.last += rows.length;
    return rows.map((row) => eventOf(row, this.path));
  }

  *read(after = 0): Iterable<StoredEvent> {
    for (let from = after; ; ) {
      const rows = this.rowsAfter(from);
      for (const row of rows) yield eventOf(row, this.path);
      if (rows.length < PAGE_OF_EVENTS) return;
      from = (rows.at(-1) as Row).seq;
    }
  }

  at(seq: number): StoredEvent | undefined {
    try {
      const row = this.one.get(seq) as Row | undefined;
      return row === undefined ? undefined : eventOf(row, this.path);
    } catch (error) {
      throw journalError(error, this.path, this.last);
    }
  }

  close(): void {
    if (this.database.open) this.database.close();
    this.unlock?.();
  }

  private rowsAfter(seq: number): Row[] {
    try {
      return this.page.all(seq) as Row[];
    } catch (error) {
      throw journalError(error, this.path, this.last);
    }
  }
}

function prepare(database: Database, path: string, options: JournalOptions): void {
  const isNew = isBlank(database);
  if (!isNew) expectStudy(database, path);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${options.durability === 'normal' ? 'NORMAL' : 'FULL'}`);
  if (options.maxBytes !== undefined) {
    const pageSize = database.pragma('page_size', { simple: true }) as number;
    database.pragma(`max_page_count = ${Math.max(1, Math.floor(options.maxBytes / pageSize))}`);
  }
  if (isNew) database.transaction(() => database.exec(SCHEMA))();
  const health = database.pragma('quick_check(1)', { simple: true });
  if (health !== 'ok') throw Object.assign(new Error(String(health)), { code: 'SQLITE_CORRUPT' });
}

/** Made by a writer that was killed before its schema stood: the next one begins the study in it. */
function isBlank(database: Database): boolean {
  return database.pragma('schema_version', { simple: true }) === 0;
}

/** What there is to read of a blank file; what is written afterwards shows at the next opening. */
function blankJournal(path: string): JournalReader {
  return {
    append: () => {
      throw openedForReading(path);
    },
    read: () => [],
    at: () => undefined,
    close: () => undefined,
  };
}

function openedForReading(path: string): JournalError {
  return new JournalError(`${path}: opened for reading, cannot append; open it with openJournal`);
}

function expectStudy(database: Database, path: string): void {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new JournalError(`${path}: expected a study file, got another kind of SQLite file; check the path`);
  }
  const version = database.pragma('user_version', { simple: true });
  if (version !== SCHEMA_VERSION) {
    throw new JournalError(
      `${path}: expected a study of schema version ${SCHEMA_VERSION}, got ${String(version)}; use the version of foretell that wrote it, or begin a new study`,
    );
  }
}

/**
 * SQLite reads through the write-ahead log, for which it may have to make files. A closed study in a folder that cannot be written
 * has no log and needs none: its bytes are read as they are. One with a log is refused, lest its last events be left out.
 */
function openReadOnly(path: string): Database {
  try {
    const database = openDatabase(path, { readonly: true, fileMustExist: true, timeout: 5000 });
    database.pragma('schema_version');
    return database;
  } catch (error) {
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(error))) throw error;
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
      throw new JournalError(
        `${path}: its last events are still in ${path}-wal, and reading those needs a folder that can be written; copy both files to a folder of your own`,
        { cause: error },
      );
    }
    const bytes = readBytes(path, error);
    bytes.fill(1, 18, 20); // the header's two mode bytes: 1 = no write-ahead log
    return openDatabase(bytes, { readonly: true });
  }
}

function readBytes(path: string, opening: unknown): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw opening;
  }
}

/** Events are numbered without gaps: a count that differs from the last number means that rows are gone. */
function lastEvent(database: Database, path: string): number {
  const { last, count } = database.prepare('SELECT COALESCE(MAX(seq), 0) AS last, COUNT(*) AS count FROM event').get() as {
    last: number;
    count: number;
  };
  if (last === count) return last;
  throw new JournalError(`${path}: expected ${last} events, found ${count}; the study file was altered, go back to a copy`);
}

function rowOf(event: StudyEvent, seq: number, time: number): Row {
  const { type, ...rest } = event;
  const trial = 'trial' in rest ? rest.trial : null;
  return { seq, time, type, trial, body: JSON.stringify(rest) };
}

function eventOf(row: Row, path: string): StoredEvent {
  try {
    return { seq: row.seq, time: row.time, type: row.type, ...(JSON.parse(row.body) as object) } as StoredEvent;
  } catch (cause) {
    throw new JournalError(`${path}: event ${row.seq} cannot be read; the study file was altered, go back to a copy`, { cause });
  }
}
