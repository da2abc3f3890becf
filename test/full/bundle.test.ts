// The bundle where there is nothing: a root made from scratch with a shell, the C library and a software driver's files. No network, no
// Node, no loader, no /proc. Making it takes minutes, since everything is packed with xz.
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../src/host/index.js';

const ROOT = resolve(import.meta.dirname, '../..');
const ICD_FOLDER = '/usr/share/vulkan/icd.d';
const LAVAPIPE = existsSync(ICD_FOLDER) ? readdirSync(ICD_FOLDER).find((file) => file.startsWith('lvp_icd')) : undefined;
const DRIVER = ['/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so', '/usr/lib64/libvulkan_lvp.so'].find((file) => existsSync(file));
const APART = ['unshare', '--map-root-user', '--user', '--net', '--mount'];
const able = process.arch === 'x64' && LAVAPIPE !== undefined && DRIVER !== undefined && spawnSync(APART[0] ?? '', [...APART.slice(1), 'true']).status === 0;
/** The rest of the C library, of which the driver needs a part. */
const C_LIBRARY = ['libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'librt.so.1'];
const MINUTES = 60_000;

describe('a bundle elsewhere', () => {
  it.each([['darwin', 'arm64'], ['linux', 'arm64'], ['win32', 'x64']])('is refused on %s-%s, in words', (platform, arch) => {
    expect(() => requirePlatform(platform, arch, false)).toThrow(`expected x86-64 Linux, got ${platform}-${arch}`);
  });

  it('is refused by a Node that is not one file', () => {
    expect(() => requirePlatform('linux', 'x64', true)).toThrow('needs libnode');
  });
});

describe.skipIf(!able)(`a bundle in an empty root${able ? '' : ' (skipped: needs x86-64 Linux, lavapipe and unshare)'}`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'foretell-bare-'));
  const bare = join(scratch, 'root');
  const archive = join(scratch, 'f.tar.xz');

  beforeAll(() => {
    execFileSync('node', [join(ROOT, 'dist/cli/main.js'), 'bundle', '--out', archive], { stdio: 'pipe' });
    for (const folder of ['tmp', 'dev', 'home', 'opt']) mkdirSync(join(bare, folder), { recursive: true });
    for (const file of ['/bin/sh', DRIVER ?? '']) putWithLibraries(file);
    for (const library of C_LIBRARY) put(join(dirname(systemFile('libc.so.6')), library));
    put(join(ICD_FOLDER, LAVAPIPE ?? ''));
    execFileSync('tar', ['-xf', archive, '-C', join(bare, 'opt'), '--strip-components=1']);
  }, 15 * MINUTES);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  function put(file: string): void {
    const to = join(bare, file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(realpathSync(file), to);
  }

  /** Where the shell's own libraries lie. */
  function systemFile(library: string): string {
    return librariesOf('/bin/sh').find((file) => file.endsWith(`/${library}`)) ?? '';
  }

  function librariesOf(file: string): string[] {
    return [...execFileSync('ldd', [file], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(([, library = '']) => library);
  }

  /** As a driver's package would bring them; the dynamic linker itself among them. */
  function putWithLibraries(file: string): void {
    put(file);
    for (const library of librariesOf(file)) put(library);
  }

  /** Devices are the box's: Node wants /dev/urandom and /dev/null. */
  function there(...args: string[]): SpawnSyncReturns<string> {
    const prepare = `for d in null urandom; do : > ${bare}/dev/$d; mount --bind /dev/$d ${bare}/dev/$d; done; exec chroot ${bare} /opt/foretell "$@"`;
    return spawnSync(APART[0] ?? '', [...APART.slice(1), 'sh', '-c', prepare, 'sh', ...args], { encoding: 'utf8', env: { HOME: '/home', PATH: process.env['PATH'] ?? '' }, timeout: 5 * MINUTES });
  }

  it('is small enough to carry', () => {
    expect(statSync(archive).size).toBeLessThan(45e6);
  });

  it('finds the adapter and the addon', () => {
    const { stdout, stderr } = there('doctor', '--json');
    const report = JSON.parse(stdout || '{"checks":[]}') as { checks: { name: string; ok: boolean; detail: string }[] };
    const bad = report.checks.filter(({ name, ok }) => ['node', 'foretell', 'adapter', 'addon', 'vulkan drivers', 'cache'].includes(name) && !ok);
    expect({ bad, stderr: report.checks.length === 0 ? stderr : '' }).toEqual({ bad: [], stderr: '' });
    expect(report.checks.find(({ name }) => name === 'adapter')?.detail).toContain('llvmpipe');
    expect(report.checks.find(({ name }) => name === 'addon')?.detail).toContain('/opt/app/build/Release');
  });

  it('measures kernels and finds them right', () => {
    const { stdout, stderr, status } = there('bench', 'matmul', '--axis', 'M=64', '--axis', 'N=64', '--axis', 'K=64', '--min-time', '0.02', '--json', '--out', '/tmp/report.html');
    expect(stderr).not.toContain('unexpected');
    expect(status).toBe(0);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; checked?: boolean; gflops?: number });
    const cases = lines.filter(({ type }) => type === 'case');
    expect(cases.length).toBeGreaterThan(2);
    expect(cases.every(({ checked, gflops = 0 }) => checked === true && gflops > 0)).toBe(true);
    expect(statSync(join(bare, 'tmp/report.html')).size).toBeGreaterThan(400_000);
  });

  it('searches, and its study can be shown', () => {
    const { stderr, status } = there('search', '--data', 'synthetic', '--trials', '4', '--epochs', '2', '--set', 'train-size=256', '--set', 'validation-size=128', '--set', 'max-flops=200000', '--study', '/tmp/s.study', '--out', '/tmp/s.html');
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(there('show', '/tmp/s.study').stdout).toMatch(/4/);
    expect(statSync(join(bare, 'tmp/s.html')).size).toBeGreaterThan(400_000);
  });

  it('brings its own C++ runtime where the box has none', () => {
    const own = librariesOf(DRIVER ?? '').filter((file) => file.endsWith('libstdc++.so.6')).map((file) => join(bare, file));
    expect(own.length).toBe(1);
    for (const file of own) renameSync(file, join(scratch, 'libstdc++.so.6'));
    expect(there('doctor', '--json').stdout).toMatch(/"name":"adapter","ok":true/);
  });
});
