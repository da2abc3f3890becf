// The studies that a dashboard shows: those of a folder, or one file. Told of changes by the system, with a slow look at the folder for where it tells
// of none. A study is read when a page asks for it or when it changes; only a few stay in memory, of the others a line.
import type { FSWatcher } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { scaleOf } from '../../report/index.js';
import { summarise } from '../../study/index.js';
import type { StudyLine } from '../wire.js';
import { Follower } from './follower.js';
import { EXTENSION, isHeld, keyOf, look, studyNames, watchFolder } from './study-files.js';

const CHECK_MS = 2000;
/** Studies that nobody looks at and nobody writes stay in memory up to this many. */
const KEPT = 4;

interface Book {
  readonly key: string;
  readonly file: string;
  /** Device and number of the file: another one under the same name is another study. */
  identity: string;
  /** Size and time of the file and its log at the last look. */
  stamp: string;
  line: StudyLine;
  follower: Follower | null;
}

export class Shelf {
  readonly folder: string;
  private readonly books = new Map<string, Book>();
  private readonly listeners = new Set<() => void>();
  private readonly watcher: FSWatcher | null;
  private readonly timer: NodeJS.Timeout;
  /** Files are read one after the other. */
  private tail: Promise<void> = Promise.resolve();
  private closed = false;

  /** `only`: one file of the folder, in place of all. */
  private constructor(folder: string, private readonly only: string | null) {
    this.folder = folder;
    this.watcher = watchFolder(folder, (name) => this.stirred(name));
    this.timer = setInterval(() => this.rescan(), CHECK_MS).unref();
    this.rescan();
  }

  static ofFolder(folder: string): Shelf {
    return new Shelf(resolve(folder), null);
  }

  static ofStudy(file: string): Shelf {
    return new Shelf(dirname(resolve(file)), basename(file));
  }

  /** The latest first. */
  lines(): StudyLine[] {
    return [...this.books.values()].map(({ line }) => line).sort((a, b) => b.time - a.time || (a.key < b.key ? -1 : 1));
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The study's file, for commands to it. */
  fileOf(key: string): string | null {
    return this.books.get(key)?.file ?? null;
  }

  /** Null where there is no such study. Its reading has begun, not ended. */
  follow(key: string): Follower | null {
    const book = this.books.get(key);
    if (book === undefined) return null;
    const follower = this.followerOf(book);
    void follower.look();
    return follower;
  }

  close(): void {
    this.closed = true;
    this.watcher?.close();
    clearInterval(this.timer);
    for (const { follower } of this.books.values()) follower?.close();
  }

  private stirred(name: string | null): void {
    const study = name?.replace(/-(?:wal|shm|journal)$/, '');
    const book = study === undefined ? undefined : this.books.get(keyOf(study));
    if (book?.follower?.watched === true) void book.follower.look();
    else if (book === undefined && study?.endsWith(EXTENSION) !== false) this.rescan();
  }

  private rescan(): void {
    if (this.closed) return;
    const names = this.only === null ? studyNames(this.folder) : [this.only];
    const gone = [...this.books.keys()].filter((key) => !names.some((name) => keyOf(name) === key));
    for (const key of gone) this.drop(key);
    for (const name of names) this.visit(name);
    if (gone.length > 0) this.tell();
  }

  private visit(name: string): void {
    const key = keyOf(name);
    const file = join(this.folder, name);
    const found = look(file);
    if (found === null) return this.drop(key);
    const known = this.books.get(key);
    const book = known?.identity === found.identity ? known : this.put(key, file, found.identity);
    if (book.stamp === found.stamp) return this.refreshHeld(book);
    book.stamp = found.stamp;
    this.tail = this.tail.then(() => this.read(book));
  }

  private put(key: string, file: string, identity: string): Book {
    this.drop(key);
    const line: StudyLine = { key, name: key, data: '', strategy: '', rule: '', metric: '', trials: 0, best: null, speedup: null, state: 'reading', trouble: null, time: 0 };
    const book: Book = { key, file, identity, stamp: '', line, follower: null };
    this.books.set(key, book);
    this.tell();
    return book;
  }

  private drop(key: string): void {
    this.books.get(key)?.follower?.close();
    this.books.delete(key);
  }

  private async read(book: Book): Promise<void> {
    if (this.closed || this.books.get(book.key) !== book) return;
    const follower = this.followerOf(book);
    await follower.look();
    this.write(book, lineOf(book, follower));
    this.forget();
  }

  private followerOf(book: Book): Follower {
    if (book.follower === null || (book.follower.trouble !== null && !book.follower.watched)) book.follower = new Follower(book.file);
    // The latest that was asked for is the last to be forgotten.
    this.books.delete(book.key);
    this.books.set(book.key, book);
    return book.follower;
  }

  private forget(): void {
    const idle = [...this.books.values()].filter(({ follower, line }) => follower !== null && !follower.watched && line.state !== 'running');
    for (const book of idle.slice(0, Math.max(0, idle.length - KEPT))) {
      book.follower?.close();
      book.follower = null;
    }
  }

  /** A search that was killed changes no file. */
  private refreshHeld(book: Book): void {
    const { line } = book;
    if (line.state !== 'running' && line.state !== 'stopped') return;
    this.write(book, { ...line, state: isHeld(book.file) ? 'running' : 'stopped' });
  }

  private write(book: Book, line: StudyLine): void {
    const changed = JSON.stringify(line) !== JSON.stringify(book.line);
    book.line = line;
    if (changed) this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function lineOf({ key, file, line }: Book, { state, trouble }: Follower): StudyLine {
  if (trouble !== null) return { ...line, state: 'unreadable', trouble };
  const { header } = state;
  if (header === null) return { ...line, state: isHeld(file) ? 'running' : 'stopped' };
  const { best, trials, epochs, ended } = summarise(state);
  return {
    key, name: header.name, data: header.data.name, strategy: header.strategy.name, rule: header.rule.name, metric: header.metric.name, trials,
    best: best === null ? null : scaleOf(header).shown(best.y), speedup: epochs.trained === 0 ? null : epochs.speedup,
    state: ended !== null ? 'ended' : isHeld(file) ? 'running' : 'stopped', trouble: null, time: state.time,
  };
}
