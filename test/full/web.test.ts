// The laboratory's page in a real browser, on its software WebGPU: it measures, finds all results right, draws the report and asks
// nobody but the server that it came from. Needs dist.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite, serveSite, type Serving, type Site, writeSite } from '../../src/web/index.js';

const DIST = pathToFileURL(`${path.resolve(import.meta.dirname, '../../dist')}/`);
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const QUIET = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-domain-reliability'];
const SOFTWARE = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

describe('the page as files', () => {
  it('holds no module that needs Node, and every module that another one loads', async () => {
    const site = await buildSite(DIST);
    const scripts = [...site].filter(([file]) => file.endsWith('js'));
    expect(scripts.length).toBeGreaterThan(60);
    const { imports } = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(site.get('index.html') ?? '')?.[1] ?? '{}') as { imports: Record<string, string> };
    for (const [file, text] of scripts) {
      for (const [, target = ''] of text.matchAll(/^(?:import|export)\s[\w$*{},\s]*?from\s*['"]([^'"]+)['"]/gm)) {
        expect(builtinModules.includes(target.replace('node:', '')), `${file} -> ${target}`).toBe(false);
        const to = target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : (imports[target] ?? '').replace('./', '');
        expect(site.has(to), `${file} -> ${target}`).toBe(true);
      }
    }
  });

  it('is written as a folder, kernels in one file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foretell-web-'));
    writeSite(await buildSite(DIST), folder);
    expect(readdirSync(folder).sort()).toEqual(['index.html', 'kernels.json', 'modules', 'packages']);
    expect(Object.keys(JSON.parse(readFileSync(path.join(folder, 'kernels.json'), 'utf8')) as object)).toContain('matmul/plain.wgsl');
    rmSync(folder, { recursive: true });
  });

  it('is served to its own origin alone', async () => {
    const serving = await serveSite(new Map([['index.html', 'hello']]));
    expect(await (await fetch(serving.address)).text()).toBe('hello');
    expect((await fetch(`${serving.address}../package.json`)).status).toBe(404);
    expect((await fetch(serving.address, { method: 'POST' })).status).toBe(404);
    await serving.close();
  });
});

describe.skipIf(CHROMIUM === undefined)(`the page in a browser${CHROMIUM === undefined ? ' (skipped: no chromium in /usr/bin)' : ''}`, () => {
  let browser: Browser;
  let serving: Serving;
  let site: Site;

  beforeAll(async () => {
    site = await buildSite(DIST);
    serving = await serveSite(site);
    browser = await chromium.launch({ ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }), args: [...SOFTWARE, ...QUIET] });
  });

  afterAll(async () => {
    await browser.close();
    await serving.close();
  });

  async function open(query: string): Promise<{ page: Page; complaints: string[]; strangers: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    const strangers: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => request.url().startsWith(serving.address) || request.url().startsWith('blob:') || strangers.push(request.url()));
    await page.goto(`${serving.address}${query}`);
    return { page, complaints, strangers };
  }

  // The page's own policy forbids waiting for a function: that would be text evaluated.
  const reached = (page: Page, state: RegExp): Promise<void> => page.locator('#state', { hasText: state }).waitFor({ timeout: 300_000 });

  it.each([
    ['matmul forward', 'M:64,N:64,K:64', 2],
    ['conv2d forward', 'batch:2', 2],
  ])('measures %s on the browser\'s adapter and draws it', async (filter, axis, least) => {
    const { page, complaints, strangers } = await open(`?run&min-time=0.02&filter=${encodeURIComponent(filter)}&axis=${axis}`);
    await reached(page, /^(Done|Failed)/);
    expect(await page.locator('#state').textContent()).toMatch(/^Done/);
    const results = await page.locator('#report tbody tr td:last-child').allTextContents();
    expect(results.length).toBeGreaterThan(least);
    expect(new Set(results)).toEqual(new Set(['right']));
    expect(await page.locator('#report .chart svg').count()).toBeGreaterThan(1);
    expect(await page.locator('#save').getAttribute('href')).toMatch(/^blob:/);
    expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
    await page.close();
  });

  it('waits for a click, offers each kind of case, and says when it was stopped', async () => {
    const { page } = await open('?min-time=0.2');
    await reached(page, /^Ready/);
    expect(await page.locator('#filter option').allTextContents()).toEqual(expect.arrayContaining(['all', 'matmul forward', 'conv2d grad_weight', 'softmax grad_input']));
    await page.selectOption('#filter', 'softmax grad_input');
    await page.click('#run');
    await page.click('#stop');
    await reached(page, /^Stopped/);
    await page.close();
  });
});
