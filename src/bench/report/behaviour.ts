// What the report's page does once it is open. Travels to the browser as source text, like charts.ts.
import type { PageDocument, PageElement, PageWindow } from '../../report/index.js';
import type { BenchPageData } from './data.js';

export interface BenchDrawing {
  rooflineChart(plot: unknown, page: BenchPageData, width: number): unknown;
  variantsChart(plot: unknown, page: BenchPageData, width: number, name: string): unknown;
  makeSortable(table: PageElement): void;
}

/** Draws each chart to the width at hand, again whenever that changes, and makes the tables sort. */
export function openBenchPage(window: PageWindow, document: PageDocument, page: BenchPageData, draw: BenchDrawing): void {
  for (const box of document.querySelectorAll('.chart')) {
    const name = box.dataset['case'];
    let drawn = 0;
    const redraw = (): void => {
      const width = Math.floor(box.clientWidth);
      if (width === drawn || width === 0) return;
      drawn = width;
      const figure = name === undefined ? draw.rooflineChart(window.Plot, page, width) : draw.variantsChart(window.Plot, page, width, name);
      if (figure === null) box.setAttribute('data-empty', '');
      else box.replaceChildren(figure);
    };
    redraw();
    new window.ResizeObserver(() => window.requestAnimationFrame(redraw)).observe(box);
  }
  for (const table of document.querySelectorAll('table[data-sortable]')) draw.makeSortable(table);
}
