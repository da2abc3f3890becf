// Who may ask: only a page that came from here. A name of somebody else's that was made to point at this machine (DNS rebinding) is told by the Host
// header, another page's request by Origin and Sec-Fetch-Site. Every answer carries the policy that keeps the page to itself and to text.
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Nothing inline, nothing from elsewhere, and no string ever becomes markup: trusted types refuse it where the browser knows them. */
export const policy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], connectSrc: ["'self'"], imgSrc: ["'self'"],
    baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"], requireTrustedTypesFor: ["'script'"], trustedTypes: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
});

export const guard: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? '';
  if (!isOwnName(host)) return c.json({ error: 'this server answers to its own address alone: open the one that it printed' }, 403);
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const foreign = (origin !== undefined && origin !== `http://${host}`) || (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign) return c.json({ error: 'asked by a page of another origin: refused' }, 403);
  c.header('cache-control', 'no-store');
  return next();
};

/** An address in numbers can be nobody else's name. */
export function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === hostname().toLowerCase() || isIP(name) !== 0;
}
