// What the page does once it is open: draws its charts to the width at hand and sorts its table. Like charts.ts, this travels
// to the browser as source text: each function may use its arguments, its neighbours here and those of charts.ts.
import type { PageDocument, PageElement, PageWindow } from './browser.js';
import { costChart, kit, predictedChart, timeChart } from './charts.js';
import { curvesChart } from './curves-chart.js';
import type { PageData } from './data.js';

export type Chart = (width: number) => unknown;

/** The charts by the id of the element that each is drawn into. */
export function chartsOf(window: PageWindow, page: PageData, draw: DrawingFunctions): { readonly [id: string]: Chart } {
  return {
    'chart-curves': (width) => draw.curvesChart(window.Plot, page, width, draw.kit),
    'chart-predicted': (width) => draw.predictedChart(window.Plot, page, width),
    'chart-time': (width) => draw.timeChart(window.Plot, page, width),
    'chart-weights': (width) => draw.costChart(window.Plot, page, width, 'weights'),
    'chart-seconds': (width) => draw.costChart(window.Plot, page, width, 'scoreSeconds'),
  };
}

export const drawing = { curvesChart, predictedChart, timeChart, costChart, kit };
export type DrawingFunctions = typeof drawing;

/** Draws into the box now and whenever its width changes. */
export function keepDrawn(window: PageWindow, box: PageElement, chart: Chart): void {
  let drawn = 0;
  const redraw = (): void => {
    const width = Math.floor(box.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    const figure = chart(width);
    if (figure === null) box.setAttribute('data-empty', '');
    else box.replaceChildren(figure);
  };
  redraw();
  new window.ResizeObserver(() => window.requestAnimationFrame(redraw)).observe(box);
}

/** A click (or Enter, the header holds a button) sorts by that column; again turns the order. Cells without a value stay last. */
export function makeSortable(table: PageElement): void {
  const headers = Array.from(table.querySelectorAll('thead th'));
  headers.forEach((header, column) => {
    header.querySelector('button')?.addEventListener('click', () => {
      const rising = header.getAttribute('aria-sort') === null ? header.dataset['first'] !== 'falling' : header.getAttribute('aria-sort') === 'descending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
      sortRows(table, column, rising ? 1 : -1);
    });
  });
}

export function sortRows(table: PageElement, column: number, sign: number): void {
  const body = table.querySelector('tbody');
  if (body === null) return;
  const rows = Array.from(body.children).map((row) => {
    const cell = row.children[column] as PageElement;
    const key = cell.dataset['v'];
    return { row, key: key === undefined ? (cell.textContent ?? '') : key === '' ? null : Number(key) };
  });
  rows.sort((a, b) => {
    if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1;
    if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
    return sign * String(a.key).localeCompare(String(b.key));
  });
  body.replaceChildren(...rows.map(({ row }) => row));
}

export function openPage(window: PageWindow, document: PageDocument, page: PageData, draw: DrawingFunctions): void {
  const charts = chartsOf(window, page, draw);
  for (const id of Object.keys(charts)) {
    const box = document.getElementById(id);
    if (box !== null) keepDrawn(window, box, charts[id] as Chart);
  }
  for (const table of document.querySelectorAll('table[data-sortable]')) makeSortable(table);
}
