// The dashboard in a real browser: a search that grows under its eyes, ten thousand trials, a command from click to journal, a hostile study, a phone and
// the keyboard. Needs dist: the page as it was built.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Shelf, serveDashboard } from '../../src/dashboard/index.js';
import { createStudy, foldEvents, memoryCheckpoints, openJournal, openJournalForReading, openMailbox, runStudy } from '../../src/study/index.js';
import { openCommandLine } from '../cli/command-line.js';
import { append, bare, writeStudy } from '../dashboard/made.js';
import { madeStudy } from '../report/made-study.js';
import { fakeRunner, GainRule, RandomStrategy } from '../study/fakes/fakes.js';

const PAGE = resolve(import.meta.dirname, '../../dist/dashboard/page');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const QUIET = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps'];

describe.skipIf(CHROMIUM === undefined)(`the dashboard in a browser${CHROMIUM === undefined ? ' (skipped: no chromium in /usr/bin)' : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }), args: QUIET });
  });
  afterAll(() => browser.close());

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'foretell-window-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  async function open(shelf: Shelf, { control = false, width = 1280, dark = false, hash = '' } = {}): Promise<{ page: Page; complaints: string[]; strangers: string[] }> {
    const dashboard = await serveDashboard({ shelf, port: 0, page: PAGE, control });
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
    onTestFinished(async () => {
      await page.close();
      await dashboard.close();
    });
    const complaints: string[] = [];
    const strangers: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => void complaints.push(dialog.message()));
    page.on('request', (request) => request.url().startsWith(new URL('/', dashboard.address).href) || strangers.push(request.url()));
    await page.goto(control ? dashboard.address : `${dashboard.address}${hash}`);
    return { page, complaints, strangers };
  }

  const tile = (page: Page, title: string): Promise<string | null> => page.locator('.tile', { hasText: title }).locator('dd').textContent();
  const ink = (page: Page, canvas: string): Promise<number> =>
    page.evaluate(`(() => { const c = document.querySelector('${canvas}'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n; })()`);

  /** Pixels of the chart of curves that are exactly of that colour of the style sheet. */
  const inColour = (page: Page, name: string): Promise<number> =>
    page.evaluate(`(() => {
      const probe = new OffscreenCanvas(1, 1).getContext('2d');
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('${name}');
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
      let n = 0;
      for (const c of document.querySelector('.plot').querySelectorAll('canvas')) {
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255 && d[i] === r && d[i + 1] === g && d[i + 2] === b) n++;
      }
      return n;
    })()`);

  it('shows a search as it grows, asks nobody else, and complains of nothing', async () => {
    const folder = newFolder();
    const file = join(folder, 'live.study');
    const events = bare(madeStudy({ trials: 60, epochs: 12, name: 'live' }));
    const journal = openJournal(file, { durability: 'normal' });
    onTestFinished(() => journal.close());
    append(journal, events.slice(0, 60), 1);
    const { page, complaints, strangers } = await open(Shelf.ofFolder(folder));
    // A folder of one study opens it.
    await page.locator('h1', { hasText: 'live' }).waitFor();
    await expect.poll(() => tile(page, 'Trials')).toMatch(/^[1-9]\d?/);
    const before = Number.parseInt((await tile(page, 'Trials')) ?? '');
    const inkBefore = await ink(page, '.plot canvas');
    append(journal, events.slice(60, 500), 7);
    await expect.poll(async () => Number.parseInt((await tile(page, 'Trials')) ?? '')).toBeGreaterThan(before + 5);
    await expect.poll(() => ink(page, '.plot canvas')).toBeGreaterThan(inkBefore);
    append(journal, events.slice(500));
    await expect.poll(() => tile(page, 'Trials')).toContain(`${foldEvents(madeStudy({ trials: 60, epochs: 12 })).counts.frozen} frozen`);
    await page.locator('text=all trials are done').waitFor();
    expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
  });

  it('says why a trial was frozen: by pointer, by keyboard, in words and numbers', async () => {
    const folder = newFolder();
    const events = madeStudy({ trials: 60, epochs: 12, name: 'why' });
    writeStudy(join(folder, 'why.study'), events);
    const frozen = foldEvents(events).trials.findLast(({ status }) => status === 'frozen')?.id ?? -1;
    const { page, complaints } = await open(Shelf.ofStudy(join(folder, 'why.study')));
    await page.locator('.grid tbody tr').first().waitFor();
    await page.locator('.grid').focus();
    await page.keyboard.press('ArrowDown');
    for (let row = 0; row < 60 && (await page.locator('tr.is-active').getAttribute('id')) !== `row-${frozen}`; row++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const panel = page.locator('aside.panel');
    await panel.locator('text=/Frozen at epoch 4: p\\(y <= .*\\) = \\.97 >= \\.95/').waitFor();
    expect(await panel.textContent()).toMatch(/predicted at epoch 12: .* sigma 0\.03\d*, 90 % within .* bar 0\.\d+, p\(does not pass the bar\) 0\.97/);
    await page.locator('.grid').focus();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.locator('.u-over').first().hover({ position: { x: 250, y: 150 } });
    await expect.poll(() => page.locator('.tip').textContent()).toMatch(/trial \d+.*predicted for 12: 0\.\d+ \(0\.\d+ to 0\.\d+\)/);
    await page.locator('text=/explains \\d+ scores.*R²/').waitFor();
    expect(complaints).toEqual([]);
  });

  it('marks a trial that changed adapter in mid-curve: on the curve, in the table, in the trial\'s words', async () => {
    const folder = newFolder();
    const events = bare(madeStudy({ trials: 6, epochs: 12, name: 'fleet' }));
    const at = events.findIndex((event) => event.type === 'epoch' && event.trial === 2 && event.epoch === 6);
    const journal = openJournal(join(folder, 'fleet.study'), { durability: 'normal' });
    append(journal, events.slice(0, at));
    const { page, complaints } = await open(Shelf.ofFolder(folder));
    await expect.poll(() => page.locator('#row-2').textContent()).toContain('running');
    const yellow = (): Promise<number> => inColour(page, '--changed');
    expect(await yellow()).toBe(0);
    append(journal, [{ type: 'note', about: 'adapter-changed', data: { trial: 2, attempt: 2, epoch: 5, from: 'red adapter', to: 'blue adapter' } }]);
    await expect.poll(yellow).toBeGreaterThan(10);
    append(journal, events.slice(at));
    journal.close();
    await expect.poll(() => page.locator('#row-2').textContent()).toContain('finished, adapter changed after 5');
    await expect.poll(yellow).toBeGreaterThan(10);
    await page.locator('.key', { hasText: 'adapter changed 1' }).waitFor();
    await page.locator('#row-2').click();
    await page.locator('aside.panel', { hasText: 'Adapter changed after epoch 5: red adapter trained it up to there, blue adapter went on.' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('keeps the trials of a range that is set by keyboard, says how many, and lets go of it by Escape', async () => {
    const folder = newFolder();
    const events = madeStudy({ trials: 60, epochs: 12, name: 'ranges' });
    writeStudy(join(folder, 'ranges.study'), events);
    const { page, complaints } = await open(Shelf.ofFolder(folder));
    const said = page.getByRole('status').filter({ hasText: 'within the ranges' });
    const rows = async (): Promise<number> => Number(await page.locator('.grid').getAttribute('aria-rowcount')) - 1;
    await expect.poll(rows).toBe(60);
    const axis = page.getByRole('group', { name: 'momentum', exact: true });
    const [lower, upper] = [axis.getByRole('slider', { name: 'momentum, lower end of the range' }), axis.getByRole('slider', { name: 'momentum, upper end of the range' })];
    const momenta = foldEvents(events).trials.map(({ candidate }) => candidate.hp['momentum'] ?? NaN);
    const [least, most] = [Math.min(...momenta), Math.max(...momenta)];
    expect([Number(await lower.getAttribute('aria-valuenow')), Number(await upper.getAttribute('aria-valuenow'))]).toEqual([expect.closeTo(least, 4), expect.closeTo(most, 4)]);
    await lower.focus();
    for (const key of ['PageUp', 'PageUp', 'PageUp', 'ArrowUp']) await page.keyboard.press(key);
    const low = least + 0.32 * (most - least);
    await expect.poll(async () => Number(await lower.getAttribute('aria-valuenow'))).toBeCloseTo(low, 4);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('momentum, upper end of the range');
    for (const key of ['PageDown', 'PageDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
    const high = least + 0.78 * (most - least);
    const kept = momenta.filter((momentum) => momentum >= low && momentum <= high).length;
    expect(kept).toBeGreaterThan(0);
    await expect.poll(() => said.textContent()).toBe(`${kept} of 60 trials within the ranges.`);
    expect(await rows()).toBe(kept);
    // The ends never pass each other.
    await page.keyboard.press('Home');
    await expect.poll(async () => Number(await upper.getAttribute('aria-valuenow'))).toBeCloseTo(low, 4);
    await page.keyboard.press('Escape');
    await expect.poll(rows).toBe(60);
    await said.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('paints ten thousand trials, and draws only the rows in sight', async () => {
    const folder = newFolder();
    writeStudy(join(folder, 'large.study'), madeStudy({ trials: 10_000, epochs: 20, name: 'large' }));
    const { page, complaints } = await open(Shelf.ofFolder(folder));
    await expect.poll(() => tile(page, 'Trials'), { timeout: 60_000 }).toMatch(/^10,000/);
    await expect.poll(() => ink(page, '.plot canvas'), { timeout: 60_000 }).toBeGreaterThan(50_000);
    expect(await page.locator('.grid tbody tr').count()).toBeLessThan(60);
    await page.locator('.grid').focus();
    await page.keyboard.press('End');
    await page.locator('#row-0').waitFor();
    expect(complaints).toEqual([]);
  });

  it('steps in: a freeze from a click to an event with who and when, a refusal in words, the end', async () => {
    const folder = newFolder();
    const file = join(folder, 'held.study');
    const study = await createStudy({ header: { epochs: 500, seed: 1, name: 'held' }, strategy: new RandomStrategy(30, 500), rule: new GainRule(500, 40), journal: file });
    const mailbox = openMailbox(file, study);
    const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
    const stop = new AbortController();
    const search = runStudy(study, fakeRunner({ before: slowly }), memoryCheckpoints(), { parallel: 2, signal: stop.signal });
    onTestFinished(async () => {
      stop.abort();
      await search;
      await mailbox.close();
      await study.close();
    });
    const { page, complaints } = await open(Shelf.ofStudy(file), { control: true });
    expect(await page.evaluate('location.href')).not.toContain('token');
    await page.locator('#row-0').click();
    const panel = page.locator('aside.panel');
    await panel.getByRole('button', { name: 'freeze' }).click();
    await panel.locator('text=/Frozen at epoch \\d+ by .* \\(dashboard\\)/').waitFor();
    expect(study.state.trials[0]?.status).toBe('frozen');
    await panel.getByRole('button', { name: 'thaw' }).click();
    await expect.poll(() => study.state.trials[0]?.thaws).toBe(1);
    await page.getByRole('button', { name: 'enqueue a configuration' }).click();
    await expect.poll(() => page.locator('#candidate').inputValue()).toContain('"quality"');
    await page.locator('#candidate').fill('{"hp": {"quality": "much"}}');
    await page.getByRole('button', { name: 'enqueue', exact: true }).click();
    await page.locator('.trouble', { hasText: 'hp.quality' }).waitFor();
    await page.locator('#candidate').fill('{"hp": {"quality": 0.95}}');
    await page.getByRole('button', { name: 'enqueue', exact: true }).click();
    await expect.poll(() => study.state.enqueued.some(({ hp }) => hp['quality'] === 0.95)).toBe(true);
    await page.getByRole('button', { name: 'end the search' }).click();
    await page.getByRole('button', { name: 'yes, end it' }).click();
    expect((await search).interrupted).toBe(false);
    expect(study.state.ended).toMatch(/\(dashboard\)/);
    await page.locator('li', { hasText: 'end the search' }).waitFor();
    expect(complaints.filter((text) => !text.includes('409'))).toEqual([]);
  });

  it('offers no command where nobody is there to do it', async () => {
    const folder = newFolder();
    writeStudy(join(folder, 'left.study'), madeStudy({ trials: 12, epochs: 6, name: 'left' }).slice(0, 60));
    const { page, complaints } = await open(Shelf.ofFolder(folder), { control: true });
    await page.locator('text=No process holds this study now').waitFor();
    await page.locator('#row-0').click();
    await page.locator('aside.panel .outcome').waitFor();
    expect(await page.locator('.act').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows a real search on an adapter from nothing to its end: curves, kernels, scores', async () => {
    const line = await openCommandLine('src/cli/main.ts');
    onTestFinished(() => line.remove());
    const { page, complaints, strangers } = await open(Shelf.ofFolder(line.folder));
    await page.locator('text=There is no study here yet').waitFor();
    const sizes = ['--set', 'train-size=64', '--set', 'validation-size=50', '--set', 'max-flops=300000'];
    // A cache of its own: nothing was measured before.
    const search = line.start(['search', '--data', 'synthetic', '--trials', '3', '--epochs', '2', '--rule', 'none', ...sizes, '--study', 'real.study'], { XDG_CACHE_HOME: line.folder });
    await page.locator('h1', { hasText: 'real' }).waitFor();
    await expect.poll(() => tile(page, 'Trials'), { timeout: 300_000 }).toMatch(/^[1-3]/);
    await expect.poll(() => inColour(page, '--best'), { timeout: 300_000 }).toBeGreaterThan(20);
    const { code, stderr } = await search.ended;
    expect(code, stderr).toBe(0);
    await page.locator('text=search complete').waitFor();
    await page.locator('.state.is-ended').waitFor();

    const journal = openJournalForReading(join(line.folder, 'real.study'));
    const events = [...journal.read()];
    journal.close();
    const { best, trials } = foldEvents(events);
    await expect.poll(() => tile(page, 'Best')).toContain((best?.y ?? NaN).toPrecision(4));
    for (const { id, curve } of trials) {
      expect(curve).toHaveLength(2);
      await expect.poll(() => page.locator(`#row-${id}`).textContent()).toContain('finished');
    }
    const tuned = events.filter((event) => event.type === 'note' && event.about === 'tune').length;
    expect(tuned).toBeGreaterThan(0);
    const rows = page.getByRole('region', { name: 'Table of kernels' }).locator('tbody tr');
    const kernels = await rows.allTextContents();
    expect(kernels.join('\n')).toMatch(/conv2d forward.*the untuned favourite/);
    const untuned = await rows.locator('td:nth-child(6)').allTextContents();
    expect(untuned.reduce((sum, count) => sum + Number(count), 0)).toBe(tuned);
    expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
  });

  it('shows a hostile study as text', async () => {
    const folder = newFolder();
    const name = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const [header, ...rest] = madeStudy({ trials: 30, epochs: 6, name });
    const hostile = rest.map((event) => (event.type === 'fail' ? { ...event, message: name } : event.type === 'start' ? { ...event, candidate: { ...event.candidate, hp: { ...event.candidate.hp, [name]: event.trial } } } : event.type === 'open' ? { ...event, by: { worker: name, adapter: name } } : event));
    writeStudy(join(folder, `${name.replaceAll('/', '_')}.study`), header === undefined ? [] : [header, ...hostile]);
    writeStudy(join(folder, 'plain.study'), madeStudy({ trials: 3, epochs: 2 }));
    const { page, complaints, strangers } = await open(Shelf.ofFolder(folder));
    await page.locator('.studies a', { hasText: 'img src' }).click();
    await page.locator('h1', { hasText: name }).waitFor();
    await page.locator('#row-29').click();
    await page.locator('aside.panel').waitFor();
    await page.locator('td', { hasText: name }).first().waitFor();
    expect(await page.locator('img, main script').count()).toBe(0);
    expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
  });

  it('fits a phone in the dark', async () => {
    const folder = newFolder();
    writeStudy(join(folder, 'phone.study'), madeStudy({ trials: 40, epochs: 12, name: 'phone' }));
    const { page, complaints } = await open(Shelf.ofFolder(folder), { width: 390, dark: true, hash: '#/phone/12' });
    await page.locator('aside.panel .outcome').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const ground = (await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string;
    expect(Number(/\d+/.exec(ground)?.[0])).toBeLessThan(60);
    expect(complaints).toEqual([]);
  });
});
