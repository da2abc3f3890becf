// Where Redis is and as whom: nothing here opens a connection.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/index.js';
import { redisTarget } from '../../src/fleet/index.js';
import { temporaryFolder } from '../study/fakes/temporary.js';

const queue = (url?: string, env: Record<string, string> = {}, passwordFile?: string) =>
  redisTarget({ option: '--queue', ...(url === undefined ? {} : { url }), ...(passwordFile === undefined ? {} : { passwordFile }) }, env);

test.each([
  ['redis://host', { name: 'redis://host:6379', options: { host: 'host', port: 6379, db: 0 } }],
  ['redis://host:7000/3', { name: 'redis://host:7000/3', options: { host: 'host', port: 7000, db: 3 } }],
  ['redis://[::1]:7000', { name: 'redis://[::1]:7000', options: { host: '::1', port: 7000, db: 0 } }],
  ['rediss://me@host', { name: 'rediss://host:6379', options: { host: 'host', port: 6379, db: 0, username: 'me', tls: { servername: 'host' } } }],
])('%s', (url, target) => {
  expect(queue(url)).toEqual(target);
});

test('a password in an argument is refused, and not repeated', () => {
  for (const url of ['redis://:s3cret@host', 'rediss://me:s3cret@host']) {
    const refusal = caught(() => queue(url));
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal.message).toMatch(/--queue: a password in an argument.*FORETELL_REDIS_URL.*--redis-password-file/);
    expect(refusal.message).not.toContain('s3cret');
  }
});

test('FORETELL_REDIS_URL may hold one, and names the server where no argument does', () => {
  const env = { FORETELL_REDIS_URL: 'rediss://me:p%40ss@host:7000' };
  expect(queue(undefined, env)).toMatchObject({ name: 'rediss://host:7000', options: { username: 'me', password: 'p@ss' } });
  expect(queue('rediss://host:7000', env).options).toMatchObject({ username: 'me', password: 'p@ss' });
});

test('its password goes to no other server, and not in the clear', () => {
  const env = { FORETELL_REDIS_URL: 'rediss://:secret@host:7000' };
  expect(queue('rediss://other:7000', env).options).not.toHaveProperty('password');
  expect(queue('redis://host:7000', env).options).not.toHaveProperty('password');
});

test('a password comes from a file, its last line end left out', () => {
  const file = join(temporaryFolder(), 'password');
  writeFileSync(file, 'from file\n');
  expect(queue('redis://host', {}, file).options.password).toBe('from file');
  writeFileSync(file, '\n');
  expect(() => queue('redis://host', {}, file)).toThrow(/got an empty one/);
  expect(() => queue('redis://host', {}, `${file}.none`)).toThrow(UsageError);
});

test.each([undefined, '', 'host', 'http://host', 'redis://', 'redis://host/queue'])('refuses %j', (url) => {
  expect(() => queue(url)).toThrow(UsageError);
});

function caught(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a refusal, got none');
}
