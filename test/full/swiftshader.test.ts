// A second implementation of Vulkan: every kernel test again on SwiftShader (subgroups of 4, no f16), which Debian's Chromium
// brings along. Set-up with --all installs it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const ICD = '/usr/lib/chromium/vk_swiftshader_icd.json';

describe('SwiftShader', () => {
  it.skipIf(!existsSync(ICD))('passes every kernel test (skipped where Debian\'s chromium-common is not installed)', () => {
    const env = { ...process.env, FORETELL_ADAPTER: 'swiftshader', VK_DRIVER_FILES: ICD };
    const args = [resolve(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', 'test/ops', '--testTimeout', '300000'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
    const failures = stdout.split('\n').filter((line) => line.includes('FAIL')).join('\n');
    expect(`${failures}${status === 0 ? '' : stderr.slice(-2000)}`).toBe('');
    expect(status).toBe(0);
  }, 1_200_000);
});
