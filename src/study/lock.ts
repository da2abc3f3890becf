// One writer a study. STUDY.lock is a tiny SQLite file: the holder first commits its process number and the time, then keeps a
// write transaction open for life. The lock itself is the operating system's (fcntl), so it ends with the process, however
// that ends: no stale lock has to be recognised or broken. It stays in `held` until it is let go, because the binding closes a
// database that nobody refers to any more, and a journal that was only dropped must not free its study. Nobody may open the
// lock file by other means within the holding process: closing any descriptor of a file drops a process's fcntl locks on it.
// Network file systems without fcntl locks are not supported.
import { existsSync } from 'node:fs';
import { JournalError, type Clock } from '../core/index.js';
import { codeOf, journalError, openDatabase, type Database } from './sqlite.js';

export interface Holder {
  readonly pid: number;
  readonly since: number;
}

const TRIES = 20;
const PAUSE_MS = 15;

const held = new Set<Database>();

/** Returns the function that lets go. Throws JournalError naming the process that holds the study. */
export function lockStudy(study: string, clock: Clock): () => void {
  const path = `${study}.lock`;
  let database: Database | undefined;
  try {
    database = openDatabase(path, { timeout: 0 });
    hold(database, study, clock);
  } catch (error) {
    database?.close();
    throw journalError(error, path, null);
  }
  const lock = database;
  held.add(lock);
  return () => {
    if (held.delete(lock)) lock.close();
  };
}

/** Who holds the study now; null where nobody does. A holder that begins at this very moment may be missed. */
export function studyHolder(study: string): Holder | null {
  const path = `${study}.lock`;
  if (!existsSync(path)) return null;
  const database = openDatabase(path, { timeout: 0, fileMustExist: true });
  try {
    database.exec('BEGIN IMMEDIATE');
    database.exec('ROLLBACK');
    return null;
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) return tryHolderOf(database) ?? { pid: 0, since: 0 };
    throw journalError(error, path, null);
  } finally {
    database.close();
  }
}

/** Tries for TRIES x PAUSE_MS: others may be signing just now, and a killed process needs a moment to die. */
function hold(database: Database, study: string, clock: Clock): void {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      sign(database, { pid: process.pid, since: clock.now() });
      database.exec('BEGIN IMMEDIATE');
      // Another process may have signed between our commit and our lock: whoever signs and locks undisturbed wins.
      if (holderOf(database)?.pid === process.pid) return;
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error;
    }
    if (database.inTransaction) database.exec('ROLLBACK');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
  throw refusal(study, tryHolderOf(database));
}

function sign(database: Database, holder: Holder): void {
  database.exec('BEGIN IMMEDIATE');
  database.exec('CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, since INTEGER NOT NULL)');
  database.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?, ?)').run(holder.pid, Math.round(holder.since));
  database.exec('COMMIT');
}

function holderOf(database: Database): Holder | null {
  return (database.prepare('SELECT pid, since FROM holder').get() as Holder | undefined) ?? null;
}

function tryHolderOf(database: Database): Holder | null {
  try {
    return holderOf(database);
  } catch {
    return null; // another process is about to commit its name, or has not made the table yet
  }
}

function refusal(study: string, holder: Holder | null): JournalError {
  const who =
    holder === null
      ? 'another process'
      : `${holder.pid === process.pid ? 'this process' : 'process'} ${holder.pid} (since ${new Date(holder.since).toISOString()})`;
  return new JournalError(
    `${study}: the study is held by ${who}, and only one process may write it; wait until that ends, stop it, or choose another file with --study`,
  );
}
