// Builds the algorithms and their C++ tests with address and undefined-behaviour sanitizers, warnings as errors, and runs them.
// Plain cmake: the tests need no Node, and the headers of the addon are not downloaded.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const hasCmake = spawnSync('cmake', ['--version']).status === 0;

describe.skipIf(!hasCmake)('C++ under sanitizers (needs cmake; on Debian: apt install cmake)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-native-'));
  beforeAll(() => {
    execFileSync('cmake', ['-S', join(root, 'native'), '-B', folder, '-DCMAKE_BUILD_TYPE=Debug'], { stdio: 'pipe' });
    execFileSync('cmake', ['--build', folder, '--parallel', '2'], { stdio: 'pipe' });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('passes its own tests with nothing reported', () => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'foretell-tests'), { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\d+ tests, 0 failed checks/);
    expect(status).toBe(0);
  });
});
