// What a figures page does once it is open. Travels to the browser as source text, like chart.ts.
import type { PageDocument, PageElement, PageWindow } from '../page/browser.js';
import type { LineChart } from './figures.js';

export interface FigureDrawing {
  lineChart(plot: unknown, chart: LineChart, width: number): unknown;
  makeSortable(table: PageElement): void;
}

/** Draws each chart to the width at hand, again whenever that changes, and makes the tables sort. */
export function openFigures(window: PageWindow, document: PageDocument, charts: readonly LineChart[], draw: FigureDrawing): void {
  for (const box of document.querySelectorAll('.chart')) {
    const chart = charts[Number(box.dataset['chart'])];
    let drawn = 0;
    const redraw = (): void => {
      const width = Math.floor(box.clientWidth);
      if (chart === undefined || width === drawn || width === 0) return;
      drawn = width;
      const figure = draw.lineChart(window.Plot, chart, width);
      if (figure === null) box.setAttribute('data-empty', '');
      else box.replaceChildren(figure);
    };
    redraw();
    new window.ResizeObserver(() => window.requestAnimationFrame(redraw)).observe(box);
  }
  for (const table of document.querySelectorAll('table[data-sortable]')) draw.makeSortable(table);
}
