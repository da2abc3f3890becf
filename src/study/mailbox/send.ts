// The sender's side of a study's mailbox: writes a letter and waits for what came of it. It never writes the journal.
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { StudyError, type Command, type StoredEvent } from '../../core/index.js';
import { openJournalForReading } from '../journal.js';
import { studyHolder } from '../lock.js';
import { fileOf, mailFolder, MOST_BYTES, newLetterId, readAnswer, withdraw, writeLetter } from './letters.js';

export interface SendOptions {
  /** How long a letter may lie before the holder takes it. */
  readonly patience?: number;
  /** How long a taken one may wait for its turn: behind a fit, say. */
  readonly turn?: number;
}

const LOOK_MS = 25;
const HOLDER_MS = 500;

/**
 * Resolves when the command is in the study's journal. Throws StudyError where no process holds the study, where the holder refuses it (with its
 * reason), where it takes no commands, or where it ended before it did this one. A command is done once or not at all.
 */
export async function sendCommand(study: string, command: Command, by: string, { patience = 10_000, turn = 120_000 }: SendOptions = {}): Promise<void> {
  if (JSON.stringify(command).length > MOST_BYTES / 2) throw new StudyError(`${command.type}: expected a command of at most ${MOST_BYTES / 2} characters; a configuration is smaller than that`);
  const holder = studyHolder(study);
  if (holder === null) throw unheld(study, command);
  const folder = mailFolder(study);
  const sent = Date.now();
  const id = newLetterId(sent);
  writeLetter(folder, { id, by, command, expires: sent + patience });
  for (let looked = sent; ; await pause(LOOK_MS)) {
    const answer = readAnswer(folder, id);
    if (answer !== null) {
      rmSync(fileOf(folder, id, 'answer'), { force: true });
      if (answer.done) return;
      throw new StudyError(answer.reason);
    }
    const now = Date.now();
    if (now > sent + patience && withdraw(folder, id)) {
      throw new StudyError(`${command.type}: process ${holder.pid} holds ${study}, but took no command within ${patience / 1000} s: nothing was done, send it again later`);
    }
    if (now > sent + patience + turn) throw new StudyError(`${command.type}: process ${holder.pid} took it and has not answered yet; it may still do it, the study will show it`);
    if (now < looked + HOLDER_MS) continue;
    looked = now;
    if (studyHolder(study) === null && !existsSync(fileOf(folder, id, 'answer'))) return orphaned(study, folder, id, command);
  }
}

function unheld(study: string, { type }: Command): StudyError {
  const ended = existsSync(study) ? endOf(study) : null;
  if (ended !== null) return new StudyError(`${type}: ${study} has ended (${ended}), and nobody holds it; begin a new one`);
  return new StudyError(`${type}: no process holds ${study}, so nobody is there to do it; go on with the search (foretell search --study ${study}, or your own loop on that file) and send it again`);
}

/** The holder is gone: the journal knows whether it did it. */
function orphaned(study: string, folder: string, id: string, command: Command): void {
  const untouched = withdraw(folder, id);
  rmSync(fileOf(folder, id, 'taken'), { force: true });
  if (!untouched && isJournaled(study, id)) return;
  throw new StudyError(`${command.type}: the process that held ${study} ended before it did it: nothing was done; go on with the search and send it again`);
}

export function isJournaled(study: string, id: string): boolean {
  return found(study, (event) => event.type === 'control' && event.id === id ? true : null) ?? false;
}

/** Why the study ended; null while it can go on. */
function endOf(study: string): string | null {
  return found(study, (event) => (event.type === 'end' ? event.reason : null));
}

/** What the first event that has something to say says. */
function found<T>(study: string, of: (event: StoredEvent) => T | null): T | null {
  const journal = openJournalForReading(study);
  try {
    for (const event of journal.read()) {
      const said = of(event);
      if (said !== null) return said;
    }
    return null;
  } finally {
    journal.close();
  }
}
