// Runs in the browser: opens the visitor's adapter, runs the laboratory's cases on it and shows the report as it grows. Imports no file
// reader; its kernels come with the page. `?run&filter=matmul forward&min-time=0.1&axis=M:64,N:64` starts at once.
import { benchPageData, type BenchLine, bodyOf, casesFor, openBenchPage, rooflineChart, runBench, variantsChart } from '../../bench/index.js';
import { messageOf } from '../../core/index.js';
import { openDevice } from '../../gpu/index.js';
import { makeSortable, type PageDocument, type PageElement, type PageWindow } from '../../report/index.js';

interface Control extends PageElement {
  value: string;
  disabled: boolean;
  hidden: boolean;
  href: string;
  innerHTML: string;
}

interface Page {
  readonly window: PageWindow;
  readonly document: PageDocument & { createElement(name: string): Control };
  readonly location: { readonly search: string };
  readonly navigator: { readonly gpu?: GPU; readonly userAgent: string };
}

const { window, document, location, navigator } = globalThis as unknown as Page;
const asked = new URLSearchParams(location.search);
let stop = new AbortController();

function control(id: string): Control {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`expected an element #${id} in the page, found none`);
  return found as Control;
}

function say(text: string): void {
  control('state').textContent = text;
}

/** `M:64,N:64`. */
function axes(): Readonly<Record<string, readonly number[]>> {
  const pairs = (asked.get('axis') ?? '').split(',').filter((pair) => pair !== '').map((pair) => pair.split(':'));
  return Object.fromEntries(pairs.map(([name = '', value]) => [name, [Number(value)]]));
}

async function measure(): Promise<void> {
  if (navigator.gpu === undefined) throw new Error('expected a browser with WebGPU, this one has none (or the page is not served from https or localhost); try a current Chrome, Edge, Firefox or Safari');
  const cases = casesFor({ filter: control('filter').value, axes: axes() });
  const response = await fetch('./kernels.json');
  if (!response.ok) throw new Error(`expected kernels.json beside the page, got ${response.status}; write the folder again`);
  const device = await openDevice({ gpu: navigator.gpu, kernels: (await response.json()) as Record<string, string>, backend: 'browser' });
  const lines: BenchLine[] = [];
  try {
    say('Measuring what the adapter can do at most.');
    for await (const line of runBench(device, cases, { minTime: Number(control('min-time').value), environment: { browser: navigator.userAgent }, signal: stop.signal })) {
      lines.push(line);
      if (line.type === 'case') say(`${line.case} ${line.shape}  ${line.variant}: ${line.gflops.toPrecision(3)} GFLOP/s${line.checked ? '' : ', WRONG RESULT'}`);
      if (line.type === 'case' || line.type === 'summary') show(lines);
    }
    say(`Done: ${lines.filter(({ type }) => type === 'case').length} variants measured.`);
  } finally {
    device.destroy();
    offer(lines);
  }
}

function show(lines: readonly BenchLine[]): void {
  const page = benchPageData(lines);
  control('report').innerHTML = bodyOf(lines, page).source;
  openBenchPage(window, document, page, { rooflineChart, variantsChart, makeSortable });
}

function offer(lines: readonly BenchLine[]): void {
  const save = control('save');
  save.href = URL.createObjectURL(new Blob([lines.map((line) => `${JSON.stringify(line)}\n`).join('')], { type: 'application/jsonl' }));
  save.hidden = lines.length === 0;
}

async function run(): Promise<void> {
  stop = new AbortController();
  control('run').disabled = true;
  control('stop').disabled = false;
  try {
    await measure();
  } catch (error) {
    say(stop.signal.aborted ? 'Stopped.' : `Failed: ${messageOf(error)}`);
  } finally {
    control('run').disabled = false;
    control('stop').disabled = true;
  }
}

for (const name of new Set(casesFor().map((each) => each.name))) {
  const option = document.createElement('option');
  option.value = name;
  option.textContent = name;
  control('filter').append(option);
}
control('filter').value = asked.get('filter') ?? '';
control('min-time').value = asked.get('min-time') ?? control('min-time').value;
control('run').addEventListener('click', () => void run());
control('stop').addEventListener('click', () => stop.abort());
say('Ready.');
if (asked.has('run')) void run();
