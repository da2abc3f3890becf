// `node dist/bench/window.js [--trials 10000] [--epochs 20] [--rates 1000,4000,16000]`: what the dashboard costs, in Debian's Chromium. One JSON line: first
// useful paint of a large study (server just started, and warm), the page's memory, and for each rate of events how far the page was behind when the
// writer, a process of its own, had appended its last one. It keeps up where it is less than a second behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { StudyEvent } from '../core/index.js';
import { Shelf, serveDashboard } from '../dashboard/index.js';
import { openJournal, openJournalForReading } from '../study/index.js';
import { drawnStudy } from './window-study.js';

const PARALLEL = 32;
const SECONDS = 6;
const MIB = 2 ** 20;
const TICK_MS = 20;

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' }, epochs: { type: 'string', default: '20' }, rates: { type: 'string', default: '1000,4000,16000' },
    chromium: { type: 'string', default: '/usr/bin/chromium' }, append: { type: 'string' }, rate: { type: 'string', default: '0' },
  },
});
const [trials, epochs] = [Number(values.trials), Number(values.epochs)];

if (values.append !== undefined) await appendAt(values.append, Number(values.rate));
else console.log(JSON.stringify(await measure()));

async function measure(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-window-'));
  const file = join(folder, 'window.study');
  const events = write(file);
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
  try {
    const began = performance.now();
    const dashboard = await serveDashboard({ shelf: Shelf.ofStudy(file), port: 0 });
    const listening = performance.now() - began;
    const visit = async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(`${dashboard.address}#/window`);
      const at = (name: string): Promise<number | null> => page.evaluate(`performance.getEntriesByName('${name}')[0]?.startTime ?? null`);
      while ((await at('all painted')) === null) await pause(20);
      return { page, some: Math.round((await at('some painted')) ?? (await at('all painted')) ?? NaN), all: Math.round((await at('all painted')) ?? NaN) };
    };
    const cold = await visit();
    await cold.page.close();
    const warm = await visit();
    const devtools = await warm.page.context().newCDPSession(warm.page);
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    const memory = { page_heap_mib: round(usedSize / MIB), renderer_rss_mib: round(await rendererBytes(browser) / MIB), server_rss_mib: round(process.memoryUsage().rss / MIB) };
    const follows = [];
    for (const rate of values.rates.split(',').map(Number)) follows.push(await follow(file, rate, () => warm.page.locator('[data-seq]').getAttribute('data-seq').then(Number)));
    await dashboard.close();
    return {
      trials, epochs, events, journal_mib: round(statSync(file).size / MIB), listening_ms: Math.round(listening),
      first_paint_ms: { cold_some: cold.some, cold_all: cold.all, warm_some: warm.some, warm_all: warm.all }, ...memory, follows,
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

function write(file: string): number {
  const journal = openJournal(file, { durability: 'normal' });
  let [batch, count]: [StudyEvent[], number] = [[], 0];
  const flush = (): void => {
    count += journal.append(batch).length;
    batch = [];
  };
  for (const event of drawnStudy({ trials, epochs, parallel: PARALLEL })) if (batch.push(event) === 1000) flush();
  flush();
  journal.close();
  return count;
}

/** Seconds from the writer's last append to the page that shows it. */
async function follow(file: string, rate: number, shown: () => Promise<number>): Promise<object> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--append', file, '--rate', String(rate), '--epochs', values.epochs], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  const { last, time, per_second } = JSON.parse(said) as { last: number; time: number; per_second: number };
  while ((await shown()) < last) await pause(10);
  return { rate, appended_per_s: per_second, behind_s: round(Math.max(0, Date.now() - time) / 1000) };
}

/** In a process of its own: trials after those that are there, for SECONDS at that rate. */
async function appendAt(file: string, rate: number): Promise<void> {
  const reader = openJournalForReading(file);
  let from = 0;
  for (const event of reader.read()) if (event.type === 'start') from = event.trial + 1;
  reader.close();
  const journal = openJournal(file, { durability: 'normal' });
  const source = drawnStudy({ trials: Infinity, epochs, parallel: PARALLEL }, from);
  const began = performance.now();
  let [sent, last] = [0, 0];
  while (performance.now() - began < SECONDS * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate) - sent;
    const batch = Array.from({ length: Math.min(due, 5000) }, () => source.next().value as StudyEvent);
    last = journal.append(batch).at(-1)?.seq ?? last;
    sent += batch.length;
    await pause(TICK_MS);
  }
  console.log(JSON.stringify({ last, time: Date.now(), per_second: Math.round((sent * 1000) / (performance.now() - began)) }));
  journal.close();
}

/** Of the largest of the browser's renderers. */
async function rendererBytes(browser: { newBrowserCDPSession(): Promise<{ send(method: 'SystemInfo.getProcessInfo'): Promise<{ processInfo: { type: string; id: number }[] }> }> }): Promise<number> {
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024);
  return Math.max(...sizes);
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
