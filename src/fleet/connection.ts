// Where Redis is, and as whom. Process lists show arguments to everybody on a machine, so a password comes from FORETELL_REDIS_URL or a
// file, never from an argument.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import { messageOf, UsageError, type Log } from '../core/index.js';

export interface RedisTarget {
  /** As it may be shown: no credentials. */
  readonly name: string;
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: { readonly servername?: string };
  };
}

export interface RedisGiven {
  /** From the command line; absent = FORETELL_REDIS_URL names the server too. */
  readonly url?: string;
  /** Which option it is, for complaints. */
  readonly option: '--queue' | '--fleet';
  readonly passwordFile?: string;
}

const ENV = 'FORETELL_REDIS_URL';
const WAYS = `put the whole URL into ${ENV}, or the password into a file for --redis-password-file`;
const SECONDS_BETWEEN_TRIES = 1;

/** Throws UsageError: no URL, not a URL of Redis, a password in an argument. */
export function redisTarget({ url, option, passwordFile }: RedisGiven, env: { readonly [name: string]: string | undefined }): RedisTarget {
  const fromEnv = env[ENV] === undefined || env[ENV] === '' ? null : parsed(env[ENV], ENV);
  if (url === undefined && fromEnv === null) throw new UsageError(`expected ${option} redis://HOST or ${ENV}, got neither`);
  const given = url === undefined ? fromEnv as URL : parsed(url, option);
  if (url !== undefined && given.password !== '') throw new UsageError(`${option}: a password in an argument can be read by everybody on this machine; ${WAYS}`);
  const known = fromEnv !== null && fromEnv.host === given.host && fromEnv.protocol === given.protocol ? fromEnv : given;
  const password = passwordFile === undefined ? decodeURIComponent(known.password) : passwordIn(passwordFile);
  const username = decodeURIComponent(given.username || known.username);
  const db = databaseOf(given, url === undefined ? ENV : option);
  const port = given.port === '' ? 6379 : Number(given.port);
  const host = given.hostname.replace(/^\[|\]$/g, '');
  return {
    name: `${given.protocol}//${given.hostname}:${port}${db === 0 ? '' : `/${db}`}`,
    options: {
      host, port, db,
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      ...(given.protocol === 'rediss:' ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    },
  };
}

/** What went wrong in it is not repeated: it may hold a password. */
function parsed(text: string, from: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') throw new UsageError(`${from}: expected redis://HOST[:PORT][/DB] or rediss://..., got something else`);
  return url;
}

function databaseOf({ pathname }: URL, from: string): number {
  const text = pathname.replace(/^\//, '');
  if (/^\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`${from}: expected the number of a database after the host, got ${JSON.stringify(text)}`);
}

function passwordIn(file: string): string {
  try {
    const password = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (password !== '') return password;
  } catch (cause) {
    throw new UsageError(`--redis-password-file ${file}: expected a file with a password, got ${messageOf(cause)}`, { cause });
  }
  throw new UsageError(`--redis-password-file ${file}: expected a file with a password, got an empty one`);
}

/** Waits for a server that is away, for ever: whoever holds work goes on when it is back. Says once that it is gone and once that it is back. */
export function openRedis({ name, options }: RedisTarget, log: Log): Redis {
  const redis = new Redis({ ...options, maxRetriesPerRequest: null, retryStrategy: () => SECONDS_BETWEEN_TRIES * 1000 });
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn(`${name} does not answer (${error.message}); trying every ${SECONDS_BETWEEN_TRIES} s`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info(`${name} is back`);
    away = false;
  });
  return redis;
}

/** What Node calls a certificate that it does not trust. */
const UNTRUSTED = /CERT|_ISSUER|UNABLE_TO_VERIFY|ALTNAME/;

function wordsFor(cause: unknown): string {
  const { code } = Object(cause) as { readonly code?: unknown };
  if (typeof code === 'string' && UNTRUSTED.test(code)) return `expected a certificate that this machine trusts and that names this host, got ${messageOf(cause)}; put the authority that signed it into a file and name that in NODE_EXTRA_CA_CERTS`;
  return `expected a Redis server, got ${messageOf(cause)}; check that it runs, its address and its password`;
}

/** The first connection: a server that cannot be reached at all is a mistake to be told. Throws UsageError. */
export async function reachRedis(target: RedisTarget): Promise<void> {
  const redis = new Redis({ ...target.options, maxRetriesPerRequest: 0, retryStrategy: () => null, lazyConnect: true });
  let reason: unknown = null;
  // What is thrown says no more than that the connection is closed.
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const cause = reason ?? error;
    throw new UsageError(`${target.name}: ${wordsFor(cause)}`, { cause });
  } finally {
    redis.disconnect();
  }
}
