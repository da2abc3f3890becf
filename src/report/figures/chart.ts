// Charts of figures pages. These functions travel to the browser as their own source text: each may use its arguments and its
// neighbours in this file, and nothing else.
import type { Plot } from '../page/browser.js';
import type { LineChart } from './figures.js';

/** Series of points over a common axis: lines, bands where a point knows its interval, dots, a label where one is given. */
export function lineChart(Plot: Plot, chart: LineChart, width: number): unknown {
  const points = chart.series.flatMap(({ name, points: of }) => of.map((point) => ({ ...point, series: name })));
  if (points.length === 0) return null;
  const banded = points.filter((point) => point.low !== undefined && point.high !== undefined);
  const labelled = points.filter((point) => point.label !== undefined);
  const lined = points.filter((point) => !chart.series.some(({ name, dots }) => name === point.series && dots === true));
  return Plot.plot({
    width, height: Math.max(300, Math.min(440, width * 0.55)), marginLeft: 55, marginRight: 25, inset: 6, style: { background: 'transparent', fontSize: '12px' },
    color: { legend: true, domain: chart.series.map(({ name }) => name), scheme: chart.series.length > 10 ? 'turbo' : 'tableau10' },
    x: { label: chart.x.label, type: chart.x.log === true ? 'log' : 'linear', grid: true }, y: { label: chart.y.label, grid: true, ...(chart.y.domain === undefined ? {} : { domain: chart.y.domain, clamp: true }) },
    marks: [
      ...(banded.length === 0 ? [] : [Plot.link(banded, { x1: 'x', x2: 'x', y1: 'low', y2: 'high', stroke: 'series', strokeOpacity: 0.5 })]),
      Plot.line(lined, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 1.6 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'series', r: 3 }),
      Plot.text(labelled, { x: 'x', y: 'y', text: 'label', dy: -9, fill: 'currentColor', fontSize: 11 }),
      Plot.tip(points, Plot.pointer({ x: 'x', y: 'y', title: pointTip, maxRadius: 30, fill: 'var(--ground)', stroke: 'var(--soft)' })),
    ],
  });
}

export function pointTip(point: { readonly series: string; readonly x: number; readonly y: number; readonly tip?: string }): string {
  return `${point.series}\n${point.tip ?? `${Number(point.x.toPrecision(4))}: ${Number(point.y.toPrecision(4))}`}`;
}
