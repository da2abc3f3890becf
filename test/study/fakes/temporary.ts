// A folder that is gone when the test that asked for it is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-study-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
