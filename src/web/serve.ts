// Serves a site to this machine alone, from memory, or writes it as a static folder. Reads nothing that a request names.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Site } from './site.js';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', json: 'application/json' };

export interface Serving {
  readonly address: string;
  close(): Promise<void>;
}

/** On 127.0.0.1; a port of 0 = a free one. */
export async function serveSite(site: Site, port = 0): Promise<Serving> {
  const server = createServer(({ url = '/', method, headers }, response) => {
    const path = new URL(url, 'http://127.0.0.1').pathname.slice(1) || 'index.html';
    const text = site.get(path);
    // A page of another origin that has a name pointing here is not ours.
    const ours = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '');
    if (!ours || text === undefined || method !== 'GET') {
      response.writeHead(ours ? 404 : 403).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1) ?? ''] ?? 'text/plain', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(text);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** Browsers load modules over http alone: the folder wants a web server, any static one. */
export function writeSite(site: Site, folder: string): void {
  for (const [path, text] of site) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
