// A fleet over TLS: a Redis that speaks nothing else, with a certificate of this test's own making.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisServer } from '../../src/bench/fleet/redis-server.js';
import { openCommandLine, type CommandLine } from '../cli/command-line.js';

let cli: CommandLine;
let redis: RedisServer;
let cert: string;
beforeAll(async () => {
  cli = await openCommandLine();
  cert = join(cli.folder, 'redis.pem');
  const key = join(cli.folder, 'redis.key');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  redis = await startRedis([], { cert, key });
});
afterAll(async () => {
  cli.remove();
  await redis.remove();
});

const SEARCH = ['search', '--study', 'tls.study', '--data', 'synthetic', '--trials', '2', '--epochs', '2', '--rule', 'none', '--store', 'store', '--set', 'train-size=200', '--set', 'validation-size=100'];

test('a search and its worker meet over rediss:// where the authority is known', { timeout: 60_000 }, async () => {
  const env = { NODE_EXTRA_CA_CERTS: cert, FORETELL_REDIS_URL: '' };
  const worker = cli.start(['worker', '--queue', redis.url, '--store', 'store'], env);
  await worker.until('worker on fake');
  const { code, stdout, stderr } = await cli.run([...SEARCH, '--fleet', redis.url], env);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/state +ended: search complete/);
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
});

test('an address in place of a name is checked too', async () => {
  const { code, stderr } = await cli.run(['workers', '--queue', redis.url.replace('localhost', '127.0.0.1')], { NODE_EXTRA_CA_CERTS: cert, FORETELL_REDIS_URL: '' });
  expect(stderr).toMatch(/^no worker at rediss:\/\/127\.0\.0\.1/);
  expect(code).toBe(0);
});

test.each([
  ['worker', ['worker', '--store', 'store', '--queue']],
  ['coordinator', [...SEARCH, '--fleet']],
  ['list', ['workers', '--queue']],
])('without it the %s refuses, and says what to do', async (_, args) => {
  const { code, stderr } = await cli.run([...args, redis.url], { NODE_EXTRA_CA_CERTS: '', FORETELL_REDIS_URL: '' });
  expect(stderr).toMatch(/rediss:\/\/localhost:\d+: expected a certificate that this machine trusts and that names this host, got .*certificate.*NODE_EXTRA_CA_CERTS/);
  expect(code).toBe(2);
});
