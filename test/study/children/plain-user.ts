// Becomes a user without rights, then tries to write and to read the given study, and says what came of it.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openJournal, openJournalForReading } from '../../../src/study/index.js';

const path = process.argv[2] ?? '';
// The binding must be loaded while its file can still be read.
const warmUp = `${tmpdir()}/foretell-warm-up-${process.pid}.study`;
openJournal(warmUp).close();
for (const file of [warmUp, `${warmUp}.lock`]) rmSync(file);
process.setgid?.(65534);
process.setuid?.(65534);

attempt('write', () => {
  const journal = openJournal(path);
  journal.append([{ type: 'note', about: 'a', data: 1 }]);
});
attempt('read', () => console.log(`events ${[...openJournalForReading(path).read()].length}`));

function attempt(what: string, work: () => void): void {
  try {
    work();
    console.log(`${what}: fine`);
  } catch (error) {
    console.log(`${what}: ${(error as Error).name}: ${(error as Error).message}`);
  }
}
