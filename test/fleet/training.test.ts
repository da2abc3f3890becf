// What a worker makes of a task's training: names and options alone, and data that are the study's, byte for byte.
import { expect, test } from 'vitest';
import { silentLog, UsageError } from '../../src/core/index.js';
import { UnfitError } from '../../src/fleet/index.js';
import { runnerBuilder, trainingOf } from '../../src/cli/fleet/training.js';
import { openJob } from '../../src/cli/search/open-job.js';
import { defaultOptions } from '../../src/cli/search/options.js';
import { parseRest } from '../../src/cli/search/rest.js';
import { fakeMachine } from '../cli/fake-machine.js';

const options = { ...defaultOptions, data: 'synthetic', epochs: 3, set: { 'train-size': '200', 'validation-size': '100' } };
const job = await openJob(options, parseRest(options.set), fakeMachine, silentLog);
const training = trainingOf(options, job, false);
const build = runnerBuilder(fakeMachine, silentLog);
const untold = (): void => undefined;

test('a study\'s own training is one that its worker can do', async () => {
  await expect(build(training, untold)).resolves.toHaveProperty('run');
});

test.each(['/etc', '../images', './x', 'a/b', ''])('a search over data at %j is refused before it begins', (data) => {
  expect(() => trainingOf({ ...options, data }, job, false)).toThrow(UsageError);
});

test.each<[string, object]>([
  ['whose data are a path', { data: '/etc' }],
  ['whose data climb', { data: '../images' }],
  ['with a member that nobody knows', { program: 'rm' }],
  ['of a space that is none', { space: '/dev/null' }],
  ['with a setting that is none', { set: { shell: 'rm' } }],
])('a task %s is refused', async (_, change) => {
  await expect(build({ ...training, ...change }, untold)).rejects.toThrow(UnfitError);
});

test('other bytes behind the same name are said with both fingerprints', async () => {
  const expects = { ...job.data, fingerprint: 'another' };
  await expect(build({ ...training, expects }, untold)).rejects.toThrow(/data synthetic: this machine's is not the study's: expected .*another.*, got .*; copy the study's data here/);
});
