// Study files of a folder as the file system sees them: names, whether they changed, who holds them.
import { existsSync, readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { studyHolder } from '../../study/index.js';

export const EXTENSION = '.study';

/** What cannot be asked (a lock file of another user's) counts as not held: commands will say why. */
export function isHeld(file: string): boolean {
  try {
    return studyHolder(file) !== null;
  } catch {
    return false;
  }
}

export function keyOf(name: string): string {
  return name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : name;
}

export function studyNames(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(EXTENSION)) : [];
}

/** Null where it is no file. `identity`: another file under the same name has another. `stamp`: differs when it or its log has grown. */
export function look(file: string): { readonly identity: string; readonly stamp: string } | null {
  const main = statSync(file, { throwIfNoEntry: false });
  if (main === undefined || !main.isFile()) return null;
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return { identity: `${main.dev}:${main.ino}`, stamp: `${main.size}:${main.mtimeMs}:${log?.size ?? 0}:${log?.mtimeMs ?? 0}` };
}

/** Null where the system has no more watches to give: the slow look finds everything all the same. */
export function watchFolder(folder: string, onChange: (name: string | null) => void): FSWatcher | null {
  try {
    return watch(folder, { persistent: false }, (_, name) => onChange(name)).on('error', () => undefined);
  } catch {
    return null;
  }
}
