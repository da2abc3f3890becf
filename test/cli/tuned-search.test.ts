// A search by remembered kernel choices on a real adapter, interrupted: what the journal says stands, whatever the cache says by then.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { openDevice } from '../../src/gpu/index.js';
import { openGpu, openTuneStore, PLATFORM_BACKEND, readKernels } from '../../src/host/index.js';
import { kernelHashes } from '../../src/cli/tune/families.js';
import { readEvents } from '../../src/cli/studies.js';
import { tuneDecisions } from '../../src/cli/search/tune-notes.js';
import { type Decision, type Evidence, keyOf, parseEvidence } from '../../src/tune/index.js';
import { openCommandLine, type CommandLine, type Ended } from './command-line.js';

const TINY = ['--data', 'synthetic', '--trials', '3', '--epochs', '4', '--rule', 'none', '--parallel', '1', '--set', 'train-size=128', '--set', 'validation-size=100', '--set', 'max-flops=300000', '--set', 'tune=cached'];

let line: CommandLine;
let ground: Evidence['key'];
let kernels: ReadonlyMap<string, string>;
beforeAll(async () => {
  [line, kernels] = await Promise.all([openCommandLine('src/cli/main.ts'), kernelHashes()]);
  const device = await openDevice({ gpu: await openGpu({ disable: ['timestamp_quantization'] }), kernels: await readKernels(), backend: PLATFORM_BACKEND });
  ground = keyOf({ family: '', direction: '', shape: {}, adapter: device.facts, candidates: [] });
  device.destroy();
});
afterAll(() => line.remove());

const at = (name: string): string => path.join(line.folder, name);
const search = (...args: string[]): string[] => ['search', ...args];
const env = () => ({ FORETELL_CACHE: at('cache') });

/** Evidence for each class, as if this variant had won. */
async function remember(decisions: readonly Decision[], variant: (decision: Decision) => string): Promise<void> {
  const store = openTuneStore({ folder: at('cache/tune'), parse: parseEvidence, keyOf: ({ key }: Evidence) => key, warn: (message) => { throw new Error(message); } });
  for (const decision of decisions) {
    const { family, direction, shapes } = decision;
    const choice = { variant: variant(decision), spec: {}, overrides: {} };
    const measured = [{ choice, outcome: 'raced' as const, samples: [1], runs: 1, median: 1, noise: 0 }];
    await store.put({ key: { ...ground, kernels: kernels.get(family) ?? '', family, direction, shapes }, shape: {}, clock: 'wall', time: 1, seconds: 1, ranking: [choice], measured });
  }
}

function trained({ stdout }: Ended): unknown[] {
  const events = stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as StoredEvent);
  return events.flatMap((event) => (event.type === 'epoch' ? [[event.trial, event.epoch, event.value, event.checkpoint?.hash]] : [])).sort();
}

it('goes on by its journal, bit for bit, when the cache has changed its mind', async () => {
  const untuned = await line.run(search(...TINY, '--study', 'untuned.study', '--json'), env());
  expect(untuned.code, untuned.stderr).toBe(0);
  const classes = tuneDecisions(readEvents(at('untuned.study')));
  expect(classes.length).toBeGreaterThan(3);
  expect(new Set(classes.map(({ from }) => from))).toEqual(new Set(['untuned']));

  await remember(classes, () => 'plain');
  const whole = await line.run(search(...TINY, '--study', 'whole.study', '--json'), env());
  expect(whole.code, whole.stderr).toBe(0);
  expect(whole.stderr).toMatch(/kernels {3}\d+ pipelines compiled; classes of shapes: \d+ known from earlier/);
  expect(trained(whole)).not.toEqual(trained(untuned));

  const running = line.start(search(...TINY, '--study', 'cut.study'), env());
  await running.until('finish trial');
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  const decided = tuneDecisions(readEvents(at('cut.study')));
  expect(decided.length).toBeGreaterThan(0);
  const names = new Set(decided.map(({ family, direction, shapes }) => `${family} ${direction} ${shapes}`));
  rmSync(at('cache'), { recursive: true });
  await remember(classes, ({ family, direction, shapes }) => (names.has(`${family} ${direction} ${shapes}`) ? 'subgroup' : 'plain'));
  const resumed = await line.run(search('--study', 'cut.study', '--json'), env());
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(trained(resumed)).toEqual(trained(whole));
  const again = tuneDecisions(readEvents(at('cut.study')));
  expect(again.slice(0, decided.length)).toEqual(decided);
}, 240_000);
