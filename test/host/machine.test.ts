// Cache folders, the package, the environment record and doctor, as functions of what they are handed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFacts, cacheFolder, doctor, environmentRecord, nodeCheck, PACKAGE_ROOT } from '../../src/host/index.js';

describe('cacheFolder', () => {
  it.each([
    ['linux', { HOME: '/h' }, '/h/.cache/foretell'],
    ['linux', { HOME: '/h', XDG_CACHE_HOME: '/x' }, '/x/foretell'],
    ['linux', { HOME: '/h', XDG_CACHE_HOME: 'relative' }, '/h/.cache/foretell'],
    ['linux', { HOME: '/h', XDG_CACHE_HOME: '/x', FORETELL_CACHE: '/own' }, '/own'],
    ['darwin', { HOME: '/h' }, '/h/Library/Caches/foretell'],
    ['win32', { HOME: '/h', LOCALAPPDATA: '/l' }, '/l/foretell'],
  ] as const)('on %s with %o', (platform, env, expected) => {
    expect(cacheFolder(env, platform)).toBe(expected);
  });
});

describe('package and environment', () => {
  it('finds the package and its commit', () => {
    expect(existsSync(join(PACKAGE_ROOT, 'package.json'))).toBe(true);
    const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: PACKAGE_ROOT, encoding: 'utf8' });
    const { version, commit } = buildFacts();
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(head.startsWith(commit?.replace('+', '') ?? '?')).toBe(true);
  });

  it('has no commit outside a checkout of its own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'foretell-package-'));
    writeFileSync(join(folder, 'package.json'), '{"version": "1.2.3"}');
    expect(buildFacts(folder)).toEqual({ version: '1.2.3', commit: null });
    rmSync(folder, { recursive: true });
  });

  it('records no name of machine or user', () => {
    const text = JSON.stringify(environmentRecord());
    expect(text).toContain(process.version);
    if (hostname().length > 3) expect(text).not.toContain(hostname());
    if (userInfo().username.length > 4) expect(text).not.toContain(userInfo().username);
  });
});

describe('doctor', () => {
  it('reports what was handed in, well or not, and its own checks, each ill one with a way to mend it', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'foretell-cache-'));
    const env = { PATH: '', FORETELL_CACHE: cache };
    const { checks } = await doctor(
      [
        { name: 'adapter', mend: 'Install a driver', run: () => Promise.resolve('llvmpipe') },
        { name: 'addon', mend: 'Build it', run: () => Promise.reject(new Error('no such file')) },
      ],
      env,
    );
    expect(checks).toContainEqual({ name: 'adapter', ok: true, detail: 'llvmpipe' });
    expect(checks).toContainEqual({ name: 'addon', ok: false, detail: 'no such file', mend: 'Build it' });
    expect(checks.find((check) => check.name === 'compiler')).toMatchObject({ detail: expect.stringContaining('g++, make, python3') as string });
    expect(checks.find((check) => check.name === 'data cifar10')?.ok).toBe(true);
    for (const check of checks.filter(({ ok }) => !ok)) expect(check.mend, check.name).toBeTruthy();
    rmSync(cache, { recursive: true });
  });

  it.each([['20.18.3', false], ['20.19.0', true], ['18.20.0', false], ['22.1.0', true], ['24.0.0', true]])('Node %s: %s', (version, ok) => {
    expect(nodeCheck(version).ok).toBe(ok);
  });
});
