// The package as its users get it: packed, installed in an empty folder, imported, type-checked, run. Takes minutes, since the
// addon and SQLite are compiled there.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const MINUTES = 60_000;

const LOOP = `
import { createStudy } from 'foretell';
import { existsSync, readFileSync } from 'node:fs';

const study = await createStudy({ epochs: 10, trials: 25, space: { rate: { low: 1e-4, high: 1, log: true } }, file: 'mine.study', rule: { burnIn: 8, draws: 20 } });
for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
  const { trial, attempt, candidate, from, until } = answer.task;
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= until; epoch++) {
    const value = (1 - Math.abs(Math.log10(candidate.hp['rate'] ?? 1) + 2) / 4) * (1 - Math.exp(-epoch / 3));
    const verdict = await study.report(trial, { attempt, epoch, value, seconds: 1 });
    if (verdict.action !== 'continue') break;
  }
}
const { trials, epochs, counts, best } = study.summary();
await study.close();
const maps = existsSync('/proc/self/maps') ? readFileSync('/proc/self/maps', 'utf8') : '';
console.log(JSON.stringify({ trials, speedup: epochs.speedup, frozen: counts.frozen, best: best?.y, dawn: maps.includes('dawn') }));
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretell-package-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module', allowScripts: { foretell: true, 'better-sqlite3': true, webgpu: true } }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder, stdio: 'pipe' });
}, 8 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it('runs a training loop of the user\'s own, without loading Dawn', () => {
    writeFileSync(join(folder, 'loop.mjs'), LOOP);
    const { stdout, stderr, status } = spawnSync('node', ['loop.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const result = JSON.parse(stdout) as { trials: number; speedup: number; frozen: number; best: number; dawn: boolean };
    expect(result).toMatchObject({ trials: 25, dawn: false });
    expect(result.frozen).toBeGreaterThan(3);
    expect(result.best).toBeGreaterThan(0.8);
  });

  it('has types that a strict compiler accepts, and that refuse a wrong option', () => {
    writeFileSync(join(folder, 'loop.mts'), `${LOOP}\n// @ts-expect-error epochs is a number\nvoid createStudy({ epochs: 'ten' });\n`);
    const types = join(ROOT, 'node_modules/@types');
    const args = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--typeRoots', types, '--types', 'node', 'loop.mts'];
    const { stdout, status } = spawnSync('node', [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('has a doctor that finds the adapter and the addon', () => {
    const { stdout, status } = spawnSync('npx', ['foretell', 'doctor', '--json'], { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(stdout) as { checks: { name: string; ok: boolean }[] };
    const passed = report.checks.filter(({ ok }) => ok).map(({ name }) => name);
    expect(passed).toEqual(expect.arrayContaining(['adapter', 'addon']));
    expect([0, 1]).toContain(status);
  });
});
