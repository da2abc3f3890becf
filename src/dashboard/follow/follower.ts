// Follows one study file that another process may be writing: reads what is new when it is told to look, a slice at a time so that requests are
// served in between, folds it, and tells its listeners. It never writes.
import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { messageOf, type StoredEvent } from '../../core/index.js';
import { createFold, openJournalForReading, type JournalReader, type StudyState } from '../../study/index.js';
import { Digest } from './digest.js';

/** Longest that reading keeps the server from answering. */
const SLICE_MS = 12;
const LOOK_AT_CLOCK = 64;

export class Follower {
  /** Of this reading: a file that was replaced is read anew by another follower. */
  readonly generation = randomUUID().slice(0, 8);
  readonly digest = new Digest();
  readonly state: StudyState;
  /** Why it cannot be read (any further). */
  trouble: string | null = null;
  /** It has reached the journal's end once. */
  caughtUp = false;
  private readonly fold = createFold();
  private readonly listeners = new Set<() => void>();
  private journal: JournalReader | null = null;
  private reading: Promise<void> | null = null;
  private again = false;
  private closed = false;

  constructor(private readonly file: string) {
    this.state = this.fold.state;
  }

  /** Reads up to the journal's end; resolves there. */
  look(): Promise<void> {
    this.again = true;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** Is told after each slice that brought something, and when trouble comes. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get watched(): boolean {
    return this.listeners.size > 0;
  }

  at(seq: number): StoredEvent | undefined {
    return this.journal?.at(seq);
  }

  close(): void {
    this.closed = true;
    this.journal?.close();
    this.journal = null;
  }

  private async read(): Promise<void> {
    while (this.again && !this.closed && this.trouble === null) {
      this.again = false;
      try {
        this.journal ??= openJournalForReading(this.file);
        await this.readNew(this.journal);
        // A file that was blank stays so for this reader.
        if (this.state.seq === 0) this.reopen();
      } catch (error) {
        this.trouble = messageOf(error);
        this.tell();
      }
    }
  }

  private async readNew(journal: JournalReader): Promise<void> {
    let [count, began, told] = [0, performance.now(), this.state.seq];
    for (const event of journal.read(this.state.seq)) {
      this.fold.apply(event);
      this.digest.hear(event);
      if (++count % LOOK_AT_CLOCK !== 0 || performance.now() - began < SLICE_MS) continue;
      this.tell();
      told = this.state.seq;
      await breathe();
      if (this.closed) return;
      began = performance.now();
    }
    if (this.state.seq > told || !this.caughtUp) {
      this.caughtUp = true;
      this.tell();
    }
  }

  private reopen(): void {
    this.journal?.close();
    this.journal = null;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
