// Stepping in: off unless asked for, then behind a token that is printed once. The page finds it in its address's fragment, which no request carries,
// and sends it as a header, which no other page can.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { ForetellError, messageOf } from '../../core/index.js';
import { parseCommand, sendCommand, senderName } from '../../study/index.js';

export interface Control {
  readonly token: string;
  /** Whom the journal names. */
  readonly by: string;
}

export function newControl(): Control {
  return { token: randomBytes(24).toString('base64url'), by: senderName('dashboard') };
}

/** Does the body's command on the study, or says why not. 403 = not allowed, 409 = the study refuses. */
export async function command(c: Context, file: string, control: Control | null): Promise<Response> {
  if (control === null) return c.json({ error: 'this dashboard only looks on; start it with --control to step in' }, 403);
  if (!isToken(c.req.header('x-foretell-token') ?? '', control.token)) return c.json({ error: 'the token is missing or wrong: open the address that was printed at the start, with all that stands behind its #' }, 403);
  try {
    await sendCommand(file, parseCommand(await c.req.json()), control.by);
    return c.json({ done: true });
  } catch (error) {
    if (error instanceof SyntaxError) return c.json({ error: 'expected a command as JSON' }, 400);
    if (!(error instanceof ForetellError)) throw error;
    return c.json({ error: messageOf(error) }, 409);
  }
}

/** In constant time, whatever the length. */
export function isToken(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
