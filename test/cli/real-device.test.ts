// The command line on a real adapter (software is enough): a tiny search from nothing to a net that classifies, and an
// interrupted one that comes out bit for bit the same.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { openCommandLine, type CommandLine, type Ended } from './command-line.js';

const TINY = ['--data', 'synthetic', '--trials', '4', '--epochs', '3', '--rule', 'median', '--burn-in', '2', '--set', 'train-size=128', '--set', 'validation-size=100', '--set', 'max-flops=300000'];

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine('src/cli/main.ts');
});
afterAll(() => line.remove());

/** What training gave: scores, verdicts and checkpoints by trial and epoch, without times. */
function trained({ stdout }: Ended): unknown[] {
  const events = stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as StoredEvent);
  return events
    .flatMap((event) => (event.type === 'epoch' ? [[event.trial, event.epoch, event.value, event.checkpoint?.hash]] : []))
    .sort();
}

describe('on a real adapter', () => {
  it('searches, saves the best net, and the net classifies as well as the search said', async () => {
    const whole = await line.run(['search', ...TINY, '--study', 'whole.study', '--json']);
    expect(whole.code, whole.stderr).toBe(0);
    const summary = JSON.parse(whole.stdout.trimEnd().split('\n').at(-1) ?? '') as { test: { metrics: { accuracy: number } }; files: { weights: string } };
    const predicted = await line.run(['predict', '--checkpoint', summary.files.weights, '--data', 'synthetic', '--json']);
    expect(predicted.code, predicted.stderr).toBe(0);
    const said = JSON.parse(predicted.stdout.trimEnd().split('\n').at(-1) ?? '') as { accuracy: number; images: number };
    expect(said.images).toBe(1000);
    expect(said.accuracy).toBeCloseTo(summary.test.metrics.accuracy, 6);
    expect(said.accuracy).toBeGreaterThan(0.3);

    const running = line.start(['search', ...TINY, '--study', 'cut.study']);
    await running.until('finish trial');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const resumed = await line.run(['search', '--study', 'cut.study', '--json']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(trained(resumed)).toEqual(trained(whole));
    const weights = (name: string): Buffer => readFileSync(path.join(line.folder, name));
    expect(weights('cut.best.safetensors').equals(weights('whole.best.safetensors'))).toBe(true);
  }, 240_000);

  it('ranks candidates on it', async () => {
    const { code, stdout, stderr } = await line.run(['search', ...TINY, '--rule', 'none', '--study', 'ranked.study', '--json', '--trials', '10', '--epochs', '1', '--strategy', 'guided', '--model', 'ridge', '--draws', '10', '--set', 'initial=8', '--set', 'candidates=40', '--set', 'rank-on=gpu', '--parallel', '1']);
    expect(code, stderr).toBe(0);
    const events = stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as StoredEvent);
    const fits = events.flatMap((event) => (event.type === 'fit' ? [event.record] : []));
    expect(fits).toMatchObject([{ by: 'guided', trial: 8, scores: 8 }]);
    expect(fits[0]).not.toHaveProperty('error');
  });

  it('finds itself well', async () => {
    const { stdout } = await line.run(['doctor', '--json']);
    const { checks, adapter } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; detail: string }[]; adapter: { limits: Record<string, number>; features: string[]; timestampResolution: number | null } };
    expect(checks.filter(({ name }) => name === 'adapter' || name === 'addon').map(({ ok }) => ok)).toEqual([true, true]);
    expect(adapter.limits['maxStorageBufferBindingSize']).toBeGreaterThanOrEqual(2 ** 27);
    expect(adapter.timestampResolution !== null).toBe(adapter.features.includes('timestamp-query'));
    expect(checks.find(({ name }) => name === 'addon')?.detail).toMatch(/foretell\.node loads and fits .*(AVX2|baseline)/i);
  });

  it('classifies with nothing but a net: another file is refused in one line', async () => {
    const { code, stderr } = await line.run(['predict', '--checkpoint', 'whole.study', '--data', 'synthetic']);
    expect(code).toBe(1);
    expect(stderr).toContain('whole.study');
    expect(stderr).not.toContain('unexpected');
  });
});
