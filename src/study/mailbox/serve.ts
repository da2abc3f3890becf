// The holder's side of a study's mailbox: takes letters, has the study do them, answers. Who drives the study (the local loop, a fleet's coordinator,
// a user's own) it does not know. A letter is done once or never: it is claimed before it is done, its id goes into the journal with what it does, and
// what a killed holder had claimed is looked up there, not done again.
import { mkdirSync, rmdirSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { ForetellError, messageOf, silentLog, type Command, type Log, type Study } from '../../core/index.js';
import { fileOf, lettersIn, mailFolder, readLetter, rename, writeAnswer, type Answer } from './letters.js';
import { isJournaled } from './send.js';

export interface MailboxOptions {
  /** Looks a command over before the study does it: throws a ForetellError, or returns it, a candidate completed. */
  readonly accept?: (command: Command) => Command;
  readonly log?: Log;
}

export interface Mailbox {
  /** Does all letters that lie there; one call at a time. Also called by itself whenever one comes. */
  drain(): Promise<void>;
  /** Takes no more; resolves when the last one taken is answered. Close it before the study. */
  close(): Promise<void>;
}

/** Where the system tells of no change (network folders), letters wait this long. */
const CHECK_MS = 1000;
/** Answers that nobody came for. */
const STALE_MS = 600_000;

/** Of a study file that this process holds. */
export function openMailbox(file: string, study: Pick<Study, 'control'>, options: MailboxOptions = {}): Mailbox {
  return new OpenMailbox(file, study, options);
}

class OpenMailbox implements Mailbox {
  private readonly folder: string;
  private readonly watcher: FSWatcher | null;
  private readonly timer: NodeJS.Timeout;
  private tail: Promise<void> = Promise.resolve();
  private queued = false;
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly study: Pick<Study, 'control'>,
    private readonly options: MailboxOptions,
  ) {
    this.folder = mailFolder(file);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.settleLeft();
    this.watcher = watchFolder(this.folder, () => void this.drain());
    this.timer = setInterval(() => void this.drain(), CHECK_MS).unref();
    void this.drain();
  }

  drain(): Promise<void> {
    if (this.queued || this.closed) return this.tail;
    this.queued = true;
    this.tail = this.tail.then(async () => {
      this.queued = false;
      for (const id of lettersIn(this.folder, 'letter')) if (!this.closed) await this.serve(id);
    }).catch((error: unknown) => this.options.log?.warn(`mailbox ${this.folder}: ${messageOf(error)}; it is looked at again`));
    return this.tail;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.watcher?.close();
    clearInterval(this.timer);
    await this.tail;
    try {
      rmdirSync(this.folder);
    } catch {
      // Answers lie there still: whoever asked takes them, or the next holder tidies up.
    }
  }

  private async serve(id: string): Promise<void> {
    if (!rename(this.folder, id, 'letter', 'taken')) return;
    writeAnswer(this.folder, id, await this.answer(id));
  }

  private async answer(id: string): Promise<Answer> {
    const { accept = (command: Command) => command, log = silentLog } = this.options;
    try {
      const { by, command, expires } = readLetter(this.folder, id);
      if (Date.now() > expires) return refused(`${command.type}: it lay in the mailbox for too long and was not done; send it again`);
      await this.study.control(accept(command), by, id);
      return { done: true };
    } catch (error) {
      // What is journaled is done, whoever stumbled over it afterwards (a watcher on a full disk).
      const done = isJournaled(this.file, id);
      if (done || !(error instanceof ForetellError)) log.warn(`a command ${done ? 'was done, but' : 'could not be done'}: ${messageOf(error)}`);
      return done ? { done } : refused(messageOf(error));
    }
  }

  /** Of an earlier holder that was killed. */
  private settleLeft(): void {
    for (const id of lettersIn(this.folder, 'taken')) {
      const done = isJournaled(this.file, id);
      writeAnswer(this.folder, id, done ? { done } : refused('the process that held the study ended before it did this command; send it again'));
    }
    const old = Date.now() - STALE_MS;
    for (const id of lettersIn(this.folder, 'answer')) if (Number(id.slice(0, 14)) < old) rmSync(fileOf(this.folder, id, 'answer'), { force: true });
  }
}

function refused(reason: string): Answer {
  return { done: false, reason };
}

/** Null where the system has no more watches to give: the timer looks all the same. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(folder, { persistent: false }, onChange).on('error', () => undefined);
  } catch {
    return null;
  }
}
