// One HTML file of figures: sections of words, charts and tables, given as plain data. What the figures are about it does not know.
import { makeSortable, sortRows } from '../page/behaviour.js';
import { renderDocument } from '../page/document.js';
import { plotLibraries } from '../page/libraries.js';
import { html, type Markup } from '../page/markup.js';
import * as behaviour from './behaviour.js';
import * as chart from './chart.js';

export interface LineChart {
  readonly x: { readonly label: string; readonly log?: boolean };
  readonly y: { readonly label: string; readonly domain?: readonly [number, number] };
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Points without a line between them. */
  readonly dots?: boolean;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    /** Ends of the interval around y. */
    readonly low?: number;
    readonly high?: number;
    readonly label?: string;
    /** What the pointer shows; default: x and y. */
    readonly tip?: string;
  }[];
}

export interface FigureTable {
  readonly columns: readonly { readonly title: string; readonly number?: boolean }[];
  /** A number is shown as the text beside it, and sorted by its value. */
  readonly rows: readonly (readonly (string | { readonly text: string; readonly value: number })[])[];
}

export interface Section {
  readonly heading: string;
  readonly words?: readonly string[];
  readonly chart?: LineChart;
  readonly table?: FigureTable;
}

export interface FiguresPage {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly Section[];
}

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
