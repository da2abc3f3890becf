// Binds the dashboard to an address and lets go of it.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { messageOf, UsageError } from '../../core/index.js';
import type { FeaturesOf } from '../../report/index.js';
import type { Shelf } from '../follow/shelf.js';
import { dashboardApp } from './app.js';
import { newControl } from './control.js';
import { readPage } from './page-files.js';

export interface DashboardOptions {
  readonly shelf: Shelf;
  /** 0 = a free one. */
  readonly port: number;
  /** Default: this machine alone. */
  readonly host?: string;
  /** Commands are taken from whoever has the token. */
  readonly control?: boolean;
  /** Folder of the built page; default: beside this code. */
  readonly page?: string;
  readonly featuresOf?: FeaturesOf;
}

export interface Dashboard {
  /** With the token in its fragment, where there is one. */
  readonly address: string;
  close(): Promise<void>;
}

export const LOCALHOST = '127.0.0.1';

/** Throws UsageError where the address cannot be had, DataError where the page was not built. */
export async function serveDashboard({ shelf, port, host = LOCALHOST, control: steps = false, page, featuresOf = () => null }: DashboardOptions): Promise<Dashboard> {
  const control = steps ? newControl() : null;
  const app = dashboardApp({ shelf, page: readPage(page), control, featuresOf });
  const server = serve({ fetch: app.fetch, port, hostname: host }) as Server;
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new UsageError(`dashboard: ${host}:${port} cannot be had (${messageOf(error)}); choose another with --port, 0 = any that is free`, { cause: error });
  }
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { address: `http://${name}:${bound.port}/${control === null ? '' : `#token=${control.token}`}`, close: () => closed(server, shelf) };
}

async function closed(server: Server, shelf: Shelf): Promise<void> {
  shelf.close();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
