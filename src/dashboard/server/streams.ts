// Server-sent events. A stream never queues: it sends what has changed since its last frame when the last one has gone out, so a slow page gets fewer
// and larger frames, and memory stays flat whatever the pace of the study.
import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { frameAfter } from '../answer/frame.js';
import type { Follower } from '../follow/follower.js';
import type { Shelf } from '../follow/shelf.js';
import type { Listing } from '../wire.js';

/** Frames a second, at most: a person sees no more. */
const PAUSE_MS = 150;
/** Proxies and browsers give up on a silent line. */
const HEARTBEAT_MS = 15_000;

export function listStream(c: Context, shelf: Shelf, control: boolean): Response {
  return following(c, (listener) => shelf.listen(listener), async (stream, last) => {
    const listing: Listing = { folder: shelf.folder, control, studies: shelf.lines() };
    const data = JSON.stringify(listing);
    if (data !== last.data) await stream.writeSSE({ event: 'listing', data });
    last.data = data;
    return false;
  });
}

/** `Last-Event-ID` of a page that comes back: GENERATION.SEQ. */
export function studyStream(c: Context, key: string, follower: Follower): Response {
  const [generation, seq] = (c.req.header('last-event-id') ?? '').split('.');
  let sent = generation === follower.generation ? Number(seq) || 0 : 0;
  return following(c, (listener) => follower.listen(listener), async (stream, last) => {
    if (follower.trouble !== null && last.data !== follower.trouble) {
      last.data = follower.trouble;
      await stream.writeSSE({ event: 'trouble', data: JSON.stringify({ error: follower.trouble }) });
    }
    const frame = frameAfter(key, follower, sent);
    if (frame === null) return false;
    sent = frame.seq;
    await stream.writeSSE({ event: 'frame', data: JSON.stringify(frame), id: `${follower.generation}.${sent}` });
    return frame.more;
  });
}

/** `send` sends what there is to send; true = there is more at once. */
function following(c: Context, listen: (listener: () => void) => () => void, send: (stream: SSEStreamingApi, last: { data: string }) => Promise<boolean>): Response {
  return streamSSE(c, async (stream) => {
    let wake = (): void => undefined;
    let news = true;
    const unlisten = listen(() => {
      news = true;
      wake();
    });
    stream.onAbort(() => {
      unlisten();
      wake();
    });
    const last = { data: '' };
    while (!stream.aborted) {
      if (news) {
        news = false;
        while (!stream.aborted && (await send(stream, last)));
        await stream.sleep(PAUSE_MS);
        continue;
      }
      await sleepUntil((woken) => (wake = woken), HEARTBEAT_MS);
      if (!news && !stream.aborted) await stream.write(': still here\n\n');
    }
  });
}

function sleepUntil(onWake: (woken: () => void) => void, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    onWake(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
