// What a tuner learnt, kept between processes: one JSON file an entry in a folder, named after its key's hash. A file is written aside
// and renamed, so processes that tune at once never meet half a file, and the later one stands. What is damaged or does not hold the key
// that its name promises is set aside (`.unusable`) with a warning and never used. What an entry is, the caller knows.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, DataError, hashOf, messageOf } from '../core/index.js';

export interface TuneStoreOptions<Key, Entry> {
  readonly folder: string;
  /** Checks a file's content; throws where it is no entry. */
  readonly parse: (value: unknown) => Entry;
  readonly keyOf: (entry: Entry) => Key;
  readonly warn: (message: string) => void;
}

export interface TuneStore<Key, Entry> {
  get(key: Key): Promise<Entry | null>;
  /** A folder that cannot be written is warned of once, and the entry is not kept. */
  put(entry: Entry): Promise<void>;
  all(): Promise<Entry[]>;
  /** How many entries were deleted. */
  clear(): Promise<number>;
}

export const TUNE_FORMAT = 'foretell-tune-1';

const ENTRY = '.json';
const UNUSABLE = '.unusable';

export function openTuneStore<Key, Entry>(options: TuneStoreOptions<Key, Entry>): TuneStore<Key, Entry> {
  return new FolderStore(options);
}

class FolderStore<Key, Entry> implements TuneStore<Key, Entry> {
  private warned = false;
  private written = 0;

  constructor(private readonly options: TuneStoreOptions<Key, Entry>) {}

  async get(key: Key): Promise<Entry | null> {
    const name = nameOf(key);
    const entry = await this.read(name);
    if (entry === null) return null;
    if (canonicalJson(this.options.keyOf(entry)) === canonicalJson(key)) return entry;
    await this.setAside(name, 'expected the entry of its own name, got another one');
    return null;
  }

  async put(entry: Entry): Promise<void> {
    const { folder, keyOf, warn } = this.options;
    const target = join(folder, nameOf(keyOf(entry)));
    const aside = `${target}.${process.pid}.${this.written++}.new`;
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(aside, `${JSON.stringify({ format: TUNE_FORMAT, entry })}\n`);
      await rename(aside, target);
    } catch (cause) {
      if (!this.warned) warn(`${target}: expected a file that can be written, got ${messageOf(cause)}; what the tuner learns is not kept (FORETELL_CACHE names another place)`);
      this.warned = true;
      await rm(aside, { force: true }).catch(() => undefined);
    }
  }

  async all(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const name of (await this.names()).filter((each) => each.endsWith(ENTRY))) {
      const entry = await this.read(name);
      if (entry === null) continue;
      if (nameOf(this.options.keyOf(entry)) === name) entries.push(entry);
      else await this.setAside(name, 'expected the entry of its own name, got another one');
    }
    return entries;
  }

  async clear(): Promise<number> {
    const names = await this.names();
    await Promise.all(names.map((name) => rm(join(this.options.folder, name), { force: true })));
    return names.filter((name) => name.endsWith(ENTRY)).length;
  }

  private async read(name: string): Promise<Entry | null> {
    const file = join(this.options.folder, name);
    if (!existsSync(file)) return null;
    try {
      const content: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (!isWrapped(content)) throw new DataError(`expected format ${TUNE_FORMAT}, got another`);
      return this.options.parse(content.entry);
    } catch (cause) {
      await this.setAside(name, messageOf(cause));
      return null;
    }
  }

  private async setAside(name: string, why: string): Promise<void> {
    const file = join(this.options.folder, name);
    this.options.warn(`${file}: ${why}; it is set aside as ${name}${UNUSABLE} and not used`);
    await rename(file, `${file}${UNUSABLE}`).catch(() => undefined);
  }

  /** Files of ours only: a user may have put something else there. */
  private async names(): Promise<string[]> {
    const { folder } = this.options;
    if (!existsSync(folder)) return [];
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{32}\.json(\.unusable|\.\d+\.\d+\.new)?$/.test(name)).sort();
  }
}

function nameOf(key: unknown): string {
  return `${hashOf(key).slice(0, 32)}${ENTRY}`;
}

function isWrapped(value: unknown): value is { readonly format: string; readonly entry: unknown } {
  return value !== null && typeof value === 'object' && (value as { format?: unknown }).format === TUNE_FORMAT && 'entry' in value;
}
