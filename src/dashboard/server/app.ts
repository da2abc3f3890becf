// The dashboard's addresses. Reading is free to whoever the guard lets in; stepping in takes the token.
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { messageOf } from '../../core/index.js';
import type { FeaturesOf } from '../../report/index.js';
import { importanceOf, LEAST_ROWS } from '../answer/importance.js';
import { trialDetail } from '../answer/trial.js';
import type { Follower } from '../follow/follower.js';
import type { Shelf } from '../follow/shelf.js';
import type { Importance } from '../wire.js';
import { command, type Control } from './control.js';
import { guard, policy } from './guard.js';
import type { PageFile } from './page-files.js';
import { listStream, studyStream } from './streams.js';

export interface AppParts {
  readonly shelf: Shelf;
  readonly page: ReadonlyMap<string, PageFile>;
  /** Null = looks on only. */
  readonly control: Control | null;
  readonly featuresOf: FeaturesOf;
}

const MOST_BYTES = 32 * 1024;

export function dashboardApp({ shelf, page, control, featuresOf }: AppParts): Hono {
  const importances = new WeakMap<Follower, Promise<Importance | null>>();
  const app = new Hono();
  app.use(policy, guard);
  app.get('/api/stream', (c) => listStream(c, shelf, control !== null));
  app.get('/api/studies/:study/stream', (c) => withStudy(c, (follower, key) => studyStream(c, key, follower)));
  app.get('/api/studies/:study/trials/:trial', (c) =>
    withStudy(c, async (follower) => {
      const detail = trialDetail(follower, Number(c.req.param('trial')), featuresOf);
      return detail === null ? c.json({ error: 'there is no such trial' }, 404) : c.json(detail);
    }));
  app.get('/api/studies/:study/importance', (c) =>
    withStudy(c, async (follower) => {
      const importance = await importanceFor(follower, importances);
      return importance === null ? c.json({ error: `expected at least ${LEAST_ROWS} trials with a score and a number that differs between them` }, 404) : c.json(importance);
    }));
  app.post('/api/studies/:study/commands', bodyLimit({ maxSize: MOST_BYTES, onError: (c) => c.json({ error: `expected a command of at most ${MOST_BYTES} bytes` }, 413) }), (c) => {
    const file = shelf.fileOf(c.req.param('study') ?? '');
    return file === null ? c.json({ error: 'there is no such study' }, 404) : command(c, file, control);
  });
  app.get('/*', (c) => {
    const file = page.get(new URL(c.req.url).pathname);
    return file === undefined ? c.json({ error: 'there is nothing here' }, 404) : c.body(file.bytes, 200, { 'content-type': file.type });
  });
  app.onError((error, c) => c.json({ error: messageOf(error) }, 500));
  app.notFound((c) => c.json({ error: 'there is nothing here' }, 404));
  return app;

  function withStudy(c: Context, answer: (follower: Follower, key: string) => Response | Promise<Response>): Response | Promise<Response> {
    const key = c.req.param('study') ?? '';
    const follower = shelf.follow(key);
    return follower === null ? c.json({ error: 'there is no such study' }, 404) : answer(follower, key);
  }
}

/** Computed again only when a tenth more trials are judged. */
async function importanceFor(follower: Follower, known: WeakMap<Follower, Promise<Importance | null>>): Promise<Importance | null> {
  const { counts } = follower.state;
  const last = await known.get(follower);
  if (last !== undefined && last !== null && counts.finished + counts.frozen < last.next) return last;
  const fresh = importanceOf(follower.state);
  known.set(follower, fresh);
  fresh.catch(() => known.delete(follower));
  return fresh;
}
