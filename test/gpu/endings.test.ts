// Processes that hold a device: they end by themselves whatever happens, cost nothing idle, and leave the JS thread alone
// while they wait.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL_FOLDER } from '../../src/host/kernels.js';
import { ADAPTER } from '../ops/fixture.js';

let folder = '';
beforeAll(async () => {
  // Inside node_modules, so that the binding resolves.
  folder = mkdtempSync(join(import.meta.dirname, '../../node_modules/.device-user-'));
  await build({
    input: join(import.meta.dirname, 'children/device-user.ts'),
    platform: 'node',
    external: ['webgpu', /^@noble/],
    output: { file: join(folder, 'device-user.mjs'), format: 'esm' },
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(ending: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(folder, 'device-user.mjs'), ending, ADAPTER, KERNEL_FOLDER], { encoding: 'utf8', timeout: 30_000 });
}

describe('a process with a device', () => {
  it.each([
    ['destroyed', 0],
    ['open', 0],
    ['unsettled', 0],
    ['destroyed in flight', 0],
    ['kernel error', 0],
    ['lost', 0],
    ['thrown', 1],
    ['thrown in flight', 1],
  ])('ends by itself: %s', (ending, status) => {
    const child = run(ending);
    expect({ status: child.status, signal: child.signal, stderr: status === 0 ? '' : child.stderr }).toEqual({
      status,
      signal: null,
      stderr: status === 0 ? '' : expect.stringContaining('a bug') as string,
    });
  });

  it('costs nothing while idle', () => {
    const { cpu, busy } = JSON.parse(run('idle').stdout) as { cpu: number; busy: number };
    expect(cpu).toBeLessThan(0.05);
    expect(busy).toBeLessThan(0.05);
  });

  it('leaves the JS thread idle while it waits for the device', () => {
    const { busy, elapsed } = JSON.parse(run('waiting').stdout) as { busy: number; elapsed: number };
    expect(elapsed).toBeGreaterThan(50);
    // Unrelieved, the binding keeps the thread at 1.0.
    expect(busy).toBeLessThan(0.3);
  });
});
