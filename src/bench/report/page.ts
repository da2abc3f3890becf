// The laboratory's report: one self-contained HTML file with the roofline, a chart and a table a kernel, the best variant a shape.
import { makeSortable, plotLibraries, renderDocument, sortRows } from '../../report/index.js';
import type { BenchLine } from '../measure/record.js';
import * as behaviour from './behaviour.js';
import { bodyOf } from './body.js';
import * as charts from './charts.js';
import { benchPageData } from './data.js';

/** The whole file as text. `libraries` are inlined scripts; the default reads d3 and Plot from their packages. */
export function renderBenchPage(lines: readonly BenchLine[], libraries: readonly string[] = plotLibraries()): string {
  const page = benchPageData(lines);
  return renderDocument({ title: 'kernels', body: bodyOf(lines, page), data: page, scripts: [...libraries, benchScript()] });
}

/** Source text of everything that runs in the page. */
export function benchScript(): string {
  const functions = [...Object.values(charts), ...Object.values(behaviour), makeSortable, sortRows].filter((value) => typeof value === 'function');
  return [
    '"use strict";',
    ...functions.map(String),
    'openBenchPage(window, document, JSON.parse(document.getElementById("study").textContent), { rooflineChart, variantsChart, makeSortable });',
  ].join('\n');
}
