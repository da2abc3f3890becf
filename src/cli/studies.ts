// STUDY on the command line: a path, or a name under ./studies. Opening one to read loads neither Dawn nor the addon.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { JournalError, UsageError, type StoredEvent } from '../core/index.js';
import { tellStory, type Story } from '../report/index.js';
import { openJournalForReading } from '../study/index.js';

export const STUDIES = 'studies';
export const EXTENSION = '.study';

/** Throws JournalError where there is no such file, naming the studies that there are. */
export function findStudy(study: string): string {
  const found = existingStudy(study);
  if (found !== undefined) return found;
  const known = studyFiles(STUDIES).map((file) => path.basename(file, EXTENSION));
  const there = known.length === 0 ? `there is none in ./${STUDIES} yet: \`foretell search\` makes one` : `in ./${STUDIES} there are ${known.slice(-5).join(', ')}`;
  throw new JournalError(`study ${study}: expected a study file or a name under ./${STUDIES}, got neither; ${there}`);
}

/** Throws UsageError where the path is a folder's. */
export function existingStudy(study: string): string | undefined {
  if (existsSync(study) && statSync(study).isDirectory()) {
    throw new UsageError(`study ${study}: expected a file, got a folder; name a file in it, or list its studies with: foretell studies ${study}`);
  }
  return [study, `${study}${EXTENSION}`, path.join(STUDIES, study), path.join(STUDIES, `${study}${EXTENSION}`)].find((file) => existsSync(file));
}

/** Study files of a folder, oldest name first; none where there is no such folder. */
export function studyFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .sort()
    .map((name) => path.join(folder, name));
}

export function readEvents(file: string): StoredEvent[] {
  const journal = openJournalForReading(file);
  try {
    return [...journal.read()];
  } finally {
    journal.close();
  }
}

export function readStory(study: string): Story {
  return tellStory(readEvents(findStudy(study)));
}

/** What lies beside a study, named after it: `runs/a.study` -> `runs/a.html`. */
export function beside(file: string, extension: string): string {
  const stem = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : file;
  return `${stem}${extension}`;
}
