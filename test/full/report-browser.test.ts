// The report in a real browser: it renders, asks nothing of the network, sorts by keyboard and follows the dark mode.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPage, tellStory } from '../../src/report/index.js';
import { madeStudy } from '../report/made-study.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));

describe.skipIf(CHROMIUM === undefined)(`the report in a browser${CHROMIUM === undefined ? ' (skipped: no chromium in /usr/bin)' : ''}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'foretell-report-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }), args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(trials: number, width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const file = path.join(folder, `${trials}.html`);
    writeFileSync(file, renderPage(tellStory(madeStudy({ trials, epochs: 12, verify: true }))));
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${file}`);
    await page.waitForSelector('#chart-seconds svg');
    return { page, complaints, requests };
  }

  it.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)('draws all charts at %i px in %s mode, silently and alone', async (width, scheme) => {
    const { page, complaints, requests } = await open(40, width, scheme);
    for (const chart of ['curves', 'time', 'predicted', 'weights', 'seconds']) expect(await page.locator(`#chart-${chart} svg`).count(), chart).toBe(1);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor') as string;
    const [red] = ground.match(/\d+/g)?.map(Number) ?? [];
    if (scheme === 'dark') expect(red).toBeLessThan(60);
    else expect(red).toBeGreaterThan(200);
  });

  it('sorts by a header, by mouse and by keyboard, and leaves empty cells last', async () => {
    const { page } = await open(40, 1280, 'light');
    const column = (index: number): Promise<string[]> => page.locator(`tbody tr td:nth-child(${index})`).allTextContents();
    await page.getByRole('button', { name: 'accuracy' }).click();
    const falling = (await column(3)).filter((text) => text !== '–').map((text) => Number(text.replace('≈ ', '')));
    expect(falling).toEqual([...falling].sort((a, b) => b - a));
    expect((await column(3)).at(-1)).toBe('–');
    await page.getByRole('button', { name: 'accuracy' }).press('Enter');
    const rising = (await column(3)).filter((text) => text !== '–').map((text) => Number(text.replace('≈ ', '')));
    expect(rising).toEqual([...falling].reverse());
    expect(await page.locator('th[aria-sort]').count()).toBe(1);
  });

  it('shows a tip for a curve under the pointer', async () => {
    const { page } = await open(40, 1280, 'light');
    const box = await page.locator('#chart-curves [aria-label=dot] circle').last().boundingBox();
    if (box === null) throw new Error('expected a dot at the end of a curve');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => page.locator('#chart-curves [aria-label=tip]').textContent()).toContain('trial');
  });

  it('is drawn within 5 s with 1,000 trials', async () => {
    const start = performance.now();
    await open(1000, 1280, 'light');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
