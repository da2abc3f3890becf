// One HTML file of figures: sections of words, charts and tables, given as plain data. What the figures are about it does not know.
import { makeSortable, sortRows } from '../page/behaviour.js';
import { renderDocument } from '../page/document.js';
import { plotLibraries } from '../page/libraries.js';
import { html, type Markup } from '../page/markup.js';
import * as behaviour from './behaviour.js';
import * as chart from './chart.js';
import type { FiguresPage, FigureTable, LineChart, Section } from './figures.js';

/** The whole file as text. `libraries` are inlined scripts; the default reads d3 and Plot from their packages. */
export function renderFigures({ title, lead, sections }: FiguresPage, libraries: readonly string[] = plotLibraries()): string {
  const charts = sections.flatMap((section) => section.chart ?? []);
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
${sections.map((section) => sectionMarkup(section, charts))}`;
  return renderDocument({ title, body, data: charts, scripts: [...libraries, script()] });
}

function sectionMarkup({ heading, words = [], chart: figure, table }: Section, charts: readonly LineChart[]): Markup {
  return html`<section><h2>${heading}</h2>
${words.map((text) => html`<p>${text}</p>
`)}${figure === undefined ? html`` : html`<figure><div class="chart" data-chart="${charts.indexOf(figure)}" data-empty-text="Nothing was measured."></div></figure>`}
${table === undefined ? html`` : tableMarkup(table)}</section>
`;
}

function tableMarkup({ columns, rows }: FigureTable): Markup {
  return html`<div class="scroll" tabindex="0"><table data-sortable><thead><tr>${columns.map(({ title, number }) => html`<th scope="col"${number === true ? html` class="n"` : html``}><button type="button">${title}</button></th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => (typeof cell === 'string' ? html`<td>${cell}</td>` : html`<td class="n" data-v="${cell.value}">${cell.text}</td>`))}</tr>
`)}</tbody></table></div>`;
}

function script(): string {
  const functions = [...Object.values(chart), ...Object.values(behaviour), makeSortable, sortRows].filter((value) => typeof value === 'function');
  return [
    '"use strict";',
    ...functions.map(String),
    'openFigures(window, document, JSON.parse(document.getElementById("study").textContent), { lineChart, makeSortable });',
  ].join('\n');
}
