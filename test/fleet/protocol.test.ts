// What is a message of this protocol, and what is refused before anybody acts on it.
import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/index.js';
import { adapterClass } from '../../src/fleet/index.js';
import { parseDown, parseTask, parseUp, PROTOCOL_VERSION, reportOf, sayingOf, taskData, type TaskJob } from '../../src/fleet/protocol.js';

const probe = { key: 'probe', hash: 'a'.repeat(64), bytes: 16 };
const job: TaskJob = {
  study: '0123456789abcdef',
  task: { trial: 3, attempt: 2, candidate: { architecture: null, ap: {}, hp: { quality: 0.5 } }, from: { key: '3-1-4', hash: 'b'.repeat(64), bytes: 10, epoch: 4 }, until: 12 },
  training: { space: 'chain', set: { tune: 'off' } },
  probe,
};
const sender = { id: 'w-1', worker: 'w', adapterClass: 'c', adapter: 'a', trial: 3, attempt: 2 };
const wire = (data: object): unknown => JSON.parse(JSON.stringify(data));

test('a task is the same on the other side', () => {
  expect(parseTask(wire(taskData(job)))).toEqual(job);
});

test.each<[string, object]>([
  ['of another protocol', { protocol: PROTOCOL_VERSION + 1 }],
  ['with a member that nobody knows', { command: 'rm' }],
  ['of a study whose name is a path', { study: '../../etc' }],
  ['whose probe is a path with no hash', { probe: { key: '/etc/passwd' } }],
  ['whose probe is a path', { probe: { ...probe, key: '../probe' } }],
  ['whose checkpoint is a path', { from: { key: '/etc/passwd', hash: 'b'.repeat(64), epoch: 4 } }],
  ['whose checkpoint climbs out of its folder', { from: { key: '..', hash: 'b'.repeat(64), epoch: 4 } }],
  ['without a candidate', { candidate: 7 }],
  ['up to half an epoch', { until: 1.5 }],
])('refuses a task %s', (_, change) => {
  expect(() => parseTask(wire({ ...taskData(job), ...change }))).toThrow(UsageError);
});

test('a score that is no number comes through as one that is none', () => {
  const saying = wire({ ...sender, ...sayingOf({ attempt: 2, epoch: 1, value: NaN, seconds: 1 }) });
  const message = parseUp(JSON.stringify(saying));
  if (message.type !== 'epoch') throw new Error(`expected an epoch, got ${message.type}`);
  expect(reportOf(2, message.report)).toEqual({ attempt: 2, epoch: 1, value: NaN, seconds: 1 });
});

test('messages are checked on both sides', () => {
  expect(() => parseUp(JSON.stringify({ ...sender, type: 'hello', extra: 1 }))).toThrow(new RegExp(`protocol ${PROTOCOL_VERSION}.*same version`));
  expect(() => parseUp(JSON.stringify({ ...sender, type: 'epoch', report: { epoch: -1, value: 1, seconds: 1 } }))).toThrow(UsageError);
  expect(parseDown('{"type":"answer","id":"w-1","answer":{"word":"over"}}')).toEqual({ type: 'answer', id: 'w-1', answer: { word: 'over' } });
  expect(() => parseDown('{"type":"answer","id":"w-1","answer":{"word":"perhaps"}}')).toThrow(UsageError);
});

test('an adapter class is all that can change a curve\'s bits', () => {
  const here = { adapter: { name: 'a', driver: '1' }, kernels: 'k' };
  expect(adapterClass(here)).toBe(adapterClass({ kernels: 'k', adapter: { driver: '1', name: 'a' } }));
  const others = [{ ...here, kernels: 'l' }, { ...here, adapter: { name: 'a', driver: '2' } }, { ...here, adapter: { name: 'b', driver: '1' } }];
  expect(new Set([here, ...others].map(adapterClass)).size).toBe(4);
});
