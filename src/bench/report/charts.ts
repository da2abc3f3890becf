// The laboratory's charts. These functions travel to the browser as their own source text: each may use its arguments and its
// neighbours in this file, and nothing else.
import type { Plot } from '../../report/index.js';
import type { BenchPageData, PageCase } from './data.js';

/** Every variant under the roof: intensity against GFLOP/s, both logarithmic. */
export function rooflineChart(Plot: Plot, page: BenchPageData, width: number): unknown {
  const dots = page.cases.filter(({ intensity }) => intensity > 0);
  if (dots.length === 0 || page.peak === 0) return null;
  const low = Math.min(...dots.map(({ intensity }) => intensity)) / 2;
  const high = Math.max(...dots.map(({ intensity }) => intensity), page.peak / page.bandwidth) * 2;
  const roof = [low, page.peak / page.bandwidth, high].map((x) => ({ x, y: Math.min(page.peak, x * page.bandwidth) }));
  return Plot.plot({
    width, height: Math.max(320, Math.min(480, width * 0.6)), marginLeft: 55, marginRight: 20, style: { background: 'transparent', fontSize: '12px' },
    x: { type: 'log', label: 'FLOP a byte', grid: true }, y: { type: 'log', label: 'GFLOP/s', grid: true },
    marks: [
      Plot.line(roof, { x: 'x', y: 'y', stroke: 'var(--ink)', strokeWidth: 1.5 }),
      Plot.dot(dots, { x: 'intensity', y: 'gflops', r: (d: PageCase) => (d.best ? 5 : 3), fill: (d: PageCase) => `var(--${d.best ? 'finished' : 'frozen'})`, fillOpacity: (d: PageCase) => (d.best ? 0.9 : 0.5) }),
      Plot.tip(dots, Plot.pointer({ x: 'intensity', y: 'gflops', title: caseTip, maxRadius: 30, fill: 'var(--ground)', stroke: 'var(--soft)' })),
    ],
  });
}

/** Variants side by side: a bar a variant, grouped by case and shape, the best first. */
export function variantsChart(Plot: Plot, page: BenchPageData, width: number, name: string): unknown {
  const bars = page.cases.filter((each) => each.name === name);
  if (bars.length === 0) return null;
  const names = 6.6 * Math.max(...bars.map((d) => barName(d).length + 1));
  // On a phone the name stands above its bar: beside it there is no room for both.
  const narrow = names > width * 0.45;
  return Plot.plot({
    width, height: 40 + (narrow ? 34 : 22) * bars.length, marginLeft: narrow ? 8 : names, marginRight: 50, style: { background: 'transparent', fontSize: '12px' },
    x: { label: 'GFLOP/s', grid: true }, y: { label: null, domain: bars.map(barName), axis: narrow ? null : 'left' },
    marks: [
      Plot.barX(bars, { x: 'gflops', y: barName, fill: (d: PageCase) => `var(--${d.checked ? (d.best ? 'finished' : 'frozen') : 'best'})`, fillOpacity: 0.8, insetTop: narrow ? 17 : 1 }),
      ...(narrow ? [Plot.text(bars, { x: 0, y: barName, text: barName, dy: -9, textAnchor: 'start', fill: 'currentColor' })] : []),
      Plot.text(bars, { x: 'gflops', y: barName, text: (d: PageCase) => d.gflops.toPrecision(3), dx: 4, dy: narrow ? 8 : 0, textAnchor: 'start', fill: 'currentColor' }),
    ],
  });
}

export function barName(d: PageCase): string {
  return `${d.shape}  ${d.variant}`;
}

export function caseTip(d: PageCase): string {
  return `${d.name} ${d.shape}\n${d.variant}: ${d.gflops.toPrecision(3)} GFLOP/s\n${d.percentOfRoofline.toFixed(0)} % of the roofline, ${d.medianMs.toPrecision(3)} ms${d.checked ? '' : '\nWRONG RESULT'}`;
}
