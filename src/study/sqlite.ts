// The door to SQLite: loads the binding when a file is first opened, and turns its error codes into JournalErrors that say
// what to do. It knows no table.
import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { JournalError, messageOf } from '../core/index.js';

export type Database = Sqlite.Database;

const load = createRequire(import.meta.url);

/** Throws JournalError where the binding is missing or the file cannot be opened. */
export function openDatabase(path: string | Buffer, options: Sqlite.Options): Database {
  let Binding: typeof Sqlite;
  try {
    Binding = load('better-sqlite3') as typeof Sqlite;
  } catch (cause) {
    throw new JournalError(
      `study files need the package better-sqlite3, which does not load here (${messageOf(cause)}); ` +
        'run npm install again, or keep the study in memory',
      { cause },
    );
  }
  return new Binding(path as string, options);
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** `lastEvent` is the number of the last event that is safe on disk. Errors that are not SQLite's come back unchanged. */
export function journalError(cause: unknown, path: string, lastEvent: number | null): Error {
  if (cause instanceof JournalError) return cause;
  const code = codeOf(cause);
  const text = explanation(code, path, lastEvent);
  if (text !== null) return new JournalError(text, { cause });
  if (code.startsWith('SQLITE_') || cause instanceof TypeError) {
    return new JournalError(`${path}: the study file could not be used (${code || 'open'}: ${messageOf(cause)}); check the path and the disk`, { cause });
  }
  return cause instanceof Error ? cause : new Error(messageOf(cause));
}

function explanation(code: string, path: string, lastEvent: number | null): string | null {
  const safe = lastEvent === null ? 'nothing was written' : `nothing up to event ${lastEvent} is lost`;
  if (code === 'SQLITE_FULL') {
    return `${path}: disk full; free space and run the same command again (${safe})`;
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'SQLITE_AUTH') {
    return `${path}: expected a study file that can be written, but it or its folder is read-only; change its permissions or copy it elsewhere (${safe})`;
  }
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return `${path}: the study file cannot be opened; its folder must exist, and a study that is to be written needs a folder that can be written`;
  }
  if (code === 'SQLITE_NOTADB') return `${path}: expected a study file, got a file of another kind; check the path`;
  if (code.startsWith('SQLITE_CORRUPT')) {
    return `${path}: the study file is damaged; go back to a copy, or rescue what can be read with: sqlite3 '${path}' .recover`;
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return `${path}: the disk refused a read or write (${code}); check the disk and run the same command again (${safe})`;
  }
  return null;
}
