// A search that ranks by a graph network trained on the device, as a user types it, on a real adapter (software is enough): killed between two fits, of which the second goes on from
// the first, it comes out bit for bit the same.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { openCommandLine, type CommandLine, type Ended } from '../cli/command-line.js';

const TINY = ['search', '--data', 'synthetic', '--trials', '10', '--epochs', '1', '--rule', 'none', '--parallel', '1', '--set', 'train-size=64', '--set', 'validation-size=50', '--set', 'max-flops=100000', '--set', 'initial=8', '--set', 'round=1', '--set', 'candidates=40', '--strategy', 'guided', '--model', 'gcn'];

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine('src/cli/main.ts');
});
afterAll(() => line.remove());

/** What was tried, by what fits, and what training gave, without times. */
function tried({ stdout }: Ended): { starts: unknown[]; fits: unknown[]; epochs: unknown[] } {
  const events = stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as StoredEvent);
  return {
    starts: events.flatMap((event) => (event.type === 'start' ? [[event.trial, event.candidate]] : [])),
    fits: events.flatMap((event) => (event.type === 'fit' ? [event.record] : [])),
    epochs: events.flatMap((event) => (event.type === 'epoch' ? [[event.trial, event.epoch, event.value, event.checkpoint?.hash]] : [])),
  };
}

it('is the search that was never interrupted', async () => {
  const whole = await line.run([...TINY, '--study', 'whole.study', '--json']);
  expect(whole.code, whole.stderr).toBe(0);
  const said = tried(whole);
  // The second fit goes on from the first one's weights, which no journal holds.
  expect(said.fits).toMatchObject([{ by: 'guided', trial: 8, scores: 8 }, { by: 'guided', trial: 9, scores: 9, from: 8 }]);
  expect(said.fits.filter((fit) => 'error' in (fit as object))).toEqual([]);
  expect(said.starts).toHaveLength(10);
  const running = line.start([...TINY, '--study', 'cut.study']);
  await running.until('finish trial 8');
  running.child.kill('SIGKILL');
  expect((await running.ended).code).toBeNull();
  const resumed = await line.run(['search', '--study', 'cut.study', '--parallel', '1', '--json']);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(tried(resumed)).toEqual(said);
});
