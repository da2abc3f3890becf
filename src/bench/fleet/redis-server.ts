// A Redis of one's own, for benches and tests: on a port that is free, in a folder that goes with it, with nothing kept on disk.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisTarget, type RedisTarget } from '../../fleet/index.js';

export interface RedisServer {
  readonly url: string;
  readonly target: RedisTarget;
  readonly pid: () => number;
  stop(): Promise<void>;
  /** On the same port, empty. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** `tls`: its certificate and key, files; then it speaks nothing else. */
export async function startRedis(args: readonly string[] = [], tls?: { readonly cert: string; readonly key: string }): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'foretell-redis-'));
  const url = tls === undefined ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`;
  const ports = tls === undefined ? ['--port', String(port)] : ['--port', '0', '--tls-port', String(port), '--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-auth-clients', 'no'];
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    child = spawn('redis-server', [...ports, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    await ready(child);
  };
  const stop = async (): Promise<void> => {
    if (child === null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    child = null;
  };
  await start();
  return {
    url,
    target: redisTarget({ url, option: '--queue' }, {}),
    pid: () => child?.pid ?? 0,
    start,
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended:\n${output}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/Ready to accept connections/i.test(output)) resolve();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
