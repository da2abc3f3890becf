// The server's promises: it answers its own page alone, under a strict policy; it follows a journal as that grows; what a study contains comes as text;
// nobody steps in without the token.
import { request } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Shelf, serveDashboard, type Dashboard } from '../../src/dashboard/index.js';
import { StudyModel } from '../../src/dashboard/page/store/model.js';
import type { Listing, TrialDetail } from '../../src/dashboard/wire.js';
import { createStudy, foldEvents, openJournal, openJournalForReading, openMailbox } from '../../src/study/index.js';
import { madeStudy } from '../report/made-study.js';
import { candidateOf, GainRule, RandomStrategy } from '../study/fakes/fakes.js';
import { append, bare, barePage, framesTo, openStream, writeStudy, type SentEvent } from './made.js';

const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
const events = madeStudy({ trials: 40, epochs: 12, verify: true, name: HOSTILE });
let folder: string;
let page: string;
let dashboard: Dashboard;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foretell-dashboard-'));
  page = barePage(mkdtempSync(join(tmpdir(), 'foretell-page-')));
  writeStudy(join(folder, 'made.study'), events);
  dashboard = await serveDashboard({ shelf: Shelf.ofFolder(folder), port: 0, page });
});
afterAll(async () => {
  await dashboard.close();
  for (const made of [folder, page]) rmSync(made, { recursive: true });
});

/** fetch does not let a Host be chosen. */
function ask(path: string, headers: Record<string, string>, address = dashboard.address): Promise<number> {
  const url = new URL(path, address);
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject).end();
  });
}

describe('whom it answers', () => {
  const own = (): string => new URL(dashboard.address).host;

  it.each([
    ['its own address', () => ({ host: own() }), 200],
    ['localhost', () => ({ host: 'localhost:1' }), 200],
    ['a name that was made to point here', () => ({ host: 'evil.example' }), 403],
    ['such a name with the right port', () => ({ host: `evil.example:${new URL(dashboard.address).port}` }), 403],
    ['its own page', () => ({ host: own(), origin: `http://${own()}`, 'sec-fetch-site': 'same-origin' }), 200],
    ['a page of another origin', () => ({ host: own(), origin: 'http://evil.example' }), 403],
    ['a page without an origin', () => ({ host: own(), origin: 'null' }), 403],
    ['another page that shows no origin', () => ({ host: own(), 'sec-fetch-site': 'cross-site' }), 403],
  ])('%s', async (_, headers, status) => {
    expect(await ask('/', headers())).toBe(status);
    expect((await ask('/api/studies/none/stream', headers())) === 403).toBe(status === 403);
  });

  it('sends a policy that allows nothing inline, nothing foreign and no markup from strings, also where it refuses', async () => {
    for (const path of ['/', '/api/studies/none/trials/1', '/nothing']) {
      const { headers } = await fetch(new URL(path, dashboard.address));
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).toMatch(/require-trusted-types-for 'script'/);
      expect(policy).not.toMatch(/unsafe|\*|http|data:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it.each(['/../package.json', '/..%2f..%2fpackage.json', '/api/studies/..%2fmade/trials/0', '/api/studies/other/stream', '/made.study'])('has nothing at %s', async (path) => {
    expect(await ask(path, { host: own() })).toBe(404);
  });
});

describe('what it tells', () => {
  it('lists the studies, one that cannot be read among them, and a new one without being asked again', async () => {
    const shelf = mkdtempSync(join(tmpdir(), 'foretell-shelf-'));
    onTestFinished(() => rmSync(shelf, { recursive: true }));
    writeStudy(join(shelf, 'a.study'), events);
    writeFileSync(join(shelf, 'damaged.study'), 'no database');
    openJournal(join(shelf, 'blank.study')).close();
    const { address, close } = await serveDashboard({ shelf: Shelf.ofFolder(shelf), port: 0, page });
    onTestFinished(close);
    const stream = await openStream(`${address}api/stream`);
    const until = async (found: (listing: Listing) => boolean): Promise<Listing> => {
      for (;;) {
        const listing = ((await stream.next()).value as SentEvent).data as Listing;
        if (found(listing)) return listing;
      }
    };
    const { studies, control } = await until((listing) => listing.studies.length === 3 && listing.studies.every(({ state }) => state !== 'reading'));
    expect(control).toBe(false);
    expect(studies.find(({ key }) => key === 'a')).toMatchObject({ name: HOSTILE, trials: 40, metric: 'accuracy', state: 'ended' });
    expect(studies.find(({ key }) => key === 'damaged')).toMatchObject({ state: 'unreadable', trouble: expect.stringContaining('file of another kind') });
    expect(studies.find(({ key }) => key === 'blank')?.state).toBe('stopped');
    writeStudy(join(shelf, 'b.study'), madeStudy({ trials: 3, epochs: 4, name: 'second' }).slice(0, 8));
    const later = await until((listing) => listing.studies.some(({ name }) => name === 'second'));
    expect(later.studies.find(({ name }) => name === 'second')?.state).toBe('stopped');
  });

  it('sends a whole study, then what is appended to it, and goes on where a page comes back', async () => {
    const file = join(folder, 'growing.study');
    const half = Math.floor(events.length / 2);
    const journal = openJournal(file, { durability: 'normal' });
    append(journal, bare(events.slice(0, half)));
    const address = `${dashboard.address}api/studies/growing/stream`;
    await expect.poll(() => ask('/api/studies/growing/stream', { host: 'localhost' })).toBe(200);
    const stream = await openStream(address);
    const first = await framesTo(stream, half);
    expect(first.frames[0]).toMatchObject({ fresh: true, facts: { name: HOSTILE, epochs: 12, metric: 'accuracy', stride: 1 } });
    const state = foldEvents(openJournalForReading(file).read());
    expect(first.frames.flatMap(({ trials }) => trials.id).sort((a, b) => a - b)).toEqual(state.trials.map(({ id }) => id));
    append(journal, bare(events.slice(half, half + 10)));
    const next = await framesTo(stream, half + 10);
    expect(next.frames.every(({ fresh }) => !fresh)).toBe(true);
    const touched = new Set(events.slice(half, half + 10).flatMap((event) => ('trial' in event ? [event.trial] : [])));
    expect(new Set(next.frames.flatMap(({ trials }) => trials.id))).toEqual(touched);
    append(journal, bare(events.slice(half + 10, half + 20)));
    const back = await framesTo(await openStream(address, { 'last-event-id': next.id }), half + 20);
    expect(back.frames[0]?.fresh).toBe(false);
    const strange = await framesTo(await openStream(address, { 'last-event-id': 'other.3' }), half + 20);
    expect(strange.frames[0]?.fresh).toBe(true);
    journal.close();
  });

  it('tells why a trial was frozen, what was predicted of it and what it is, as text', async () => {
    const frozen = foldEvents(events).trials.find(({ status }) => status === 'frozen')?.id ?? -1;
    await framesTo(await openStream(`${dashboard.address}api/studies/made/stream`), events.length);
    const detail = (await (await fetch(`${dashboard.address}api/studies/made/trials/${frozen}`)).json()) as TrialDetail;
    expect(detail).toMatchObject({ trial: frozen, status: 'frozen', outcome: expect.stringMatching(/stayed frozen; trained to the end by --verify: 0\.\d+; predicted at the last freeze/) });
    expect(detail.verdicts.at(-1)).toMatchObject({ action: 'freeze', epoch: 4, reason: expect.stringContaining('.97 >= .95'), prediction: expect.stringMatching(/predicted at epoch 12: .* bar 0\.\d+, p\(does not pass the bar\)/), fit: expect.stringContaining('by srm') });
    expect(detail.afterwards).toHaveLength(8);
    expect((await fetch(`${dashboard.address}api/studies/made/trials/4000`)).status).toBe(404);
  });
});

describe('a search that was ended', () => {
  it('has no trial that is running still', async () => {
    const journal = openJournal(join(folder, 'cut.study'), { durability: 'normal' });
    const cut = events.findIndex((event) => event.type === 'epoch' && event.trial === 2 && event.epoch === 3);
    append(journal, [...bare(events.slice(0, cut)), { type: 'release', trial: 2, attempt: 1 }, { type: 'end', reason: 'ended by ann' }]);
    journal.close();
    await expect.poll(async () => (await fetch(`${dashboard.address}api/studies/cut/trials/2`)).json()).toMatchObject({ outcome: 'The search ended before it was trained to its end.' });
    const { frames } = await framesTo(await openStream(`${dashboard.address}api/studies/cut/stream`), cut + 2);
    const model = new StudyModel();
    for (const frame of frames) model.take(frame);
    expect([2, 0].map((trial) => model.wordOf(model.trials[trial]?.status ?? 'failed'))).toEqual(['unfinished', 'finished']);
  });
});

describe('a fleet', () => {
  it('tells of each attempt who took it, and where its curve went on on another adapter', async () => {
    const [study, ...rest] = madeStudy({ trials: 3, epochs: 4 });
    const taken = (attempt: number, worker: string, adapter: string) => ({ type: 'note' as const, about: 'attempt', data: { trial: 0, attempt, worker, adapterClass: adapter, adapter } });
    const at = rest.findIndex((event) => event.type === 'epoch' && event.epoch === 3);
    const journal = openJournal(join(folder, 'fleet.study'), { durability: 'normal' });
    append(journal, bare(study === undefined ? [] : [study, ...rest.slice(0, 2)]));
    append(journal, [taken(1, 'ann:1', 'red'), ...bare(rest.slice(2, at)), { type: 'open', trial: 0, attempt: 2, by: { worker: 'fleet' } }, taken(2, 'bob:2', 'blue'), { type: 'note', about: 'adapter-changed', data: { trial: 0, attempt: 2, epoch: 2, from: 'red', to: 'blue' } }, ...bare(rest.slice(at))]);
    journal.close();
    const detail = async () => (await fetch(`${dashboard.address}api/studies/fleet/trials/0`)).json();
    await expect.poll(detail).toMatchObject({ changes: [{ epoch: 2, from: 'red', to: 'blue' }], attempts: [{ worker: 'ann:1', adapter: 'red' }, { worker: 'bob:2', adapter: 'blue' }] });
  });
});

describe('stepping in', () => {
  const command = (address: string, token: string | null, body: unknown): Promise<Response> =>
    fetch(new URL('/api/studies/held/commands', address), { method: 'POST', headers: { 'content-type': 'application/json', ...(token === null ? {} : { 'x-foretell-token': token }) }, body: JSON.stringify(body) });

  async function held(control: boolean) {
    const own = mkdtempSync(join(tmpdir(), 'foretell-control-'));
    onTestFinished(() => rmSync(own, { recursive: true }));
    const file = join(own, 'held.study');
    const study = await createStudy({ header: { epochs: 5, seed: 1 }, strategy: new RandomStrategy(4, 5), rule: new GainRule(5), journal: file });
    const mailbox = openMailbox(file, study);
    const served = await serveDashboard({ shelf: Shelf.ofStudy(file), port: 0, control, page });
    onTestFinished(async () => {
      await served.close();
      await mailbox.close();
      await study.close();
    });
    return { address: served.address, token: new URL(served.address).hash.replace('#token=', ''), study };
  }

  it('is off unless asked for', async () => {
    const { address, token } = await held(false);
    expect(token).toBe('');
    const answer = await command(address, 'any', { type: 'end' });
    expect([answer.status, await answer.json()]).toEqual([403, { error: expect.stringContaining('--control') }]);
  });

  it('takes the token and nothing else, and journals who did it', async () => {
    const { address, token, study } = await held(true);
    expect(token.length).toBeGreaterThanOrEqual(32);
    for (const wrong of [null, '', 'x', `${token}x`, token.slice(1), token.toUpperCase()]) expect((await command(address, wrong, { type: 'end' })).status).toBe(403);
    expect(study.state.ended).toBeNull();
    expect((await command(address, token, { type: 'enqueue', candidate: candidateOf(0.5) })).status).toBe(200);
    expect(study.state.enqueued).toHaveLength(1);
    const refused = await command(address, token, { type: 'freeze', trial: 7 });
    expect([refused.status, await refused.json()]).toEqual([409, { error: expect.stringContaining('trial 7') }]);
    for (const bad of [{ type: 'delete' }, { type: 'freeze' }, { type: 'freeze', trial: '0' }, { type: 'end', more: 1 }, null, 'end']) expect((await command(address, token, bad)).status).toBe(409);
    expect((await command(address, token, { type: 'enqueue', candidate: { hp: { x: 'y'.repeat(100_000) } } })).status).toBe(413);
    expect((await command(address, token, { type: 'end' })).status).toBe(200);
    expect(study.state.ended).toMatch(/^ended by .* \(dashboard\)$/);
  });
});
