// The page's charts. These functions travel to the browser as their own source text, so each stands alone: it may use its
// arguments and the other functions of this file, and nothing else. Colours are the page's CSS variables: dark mode needs no redraw.
import type { Plot } from './browser.js';
import type { Foretold, PageData, PageForecast, PageTrial } from './data.js';

/** Each trial once whose true score at T is known and that was predicted before. On the line = right. */
export function predictedChart(Plot: Plot, page: PageData, width: number): unknown {
  const points = page.trials.flatMap((trial) => {
    const { forecast, final } = trial;
    if (forecast === null || final === null) return [];
    return { ...forecast, trial, final, stroke: trial.freezes.length > 0 ? 'var(--frozen)' : 'var(--finished)' };
  });
  if (points.length === 0) return null;
  const all = points.flatMap((point) => [point.final, point.mean]);
  const ends = [Math.min(...all), Math.max(...all)] as [number, number];
  const room = (ends[1] - ends[0]) * 0.06 || Math.abs(ends[0]) * 0.05 || 1;
  const domain = [ends[0] - room, ends[1] + room];
  const side = Math.min(width, 520);
  return Plot.plot({
    ...chartFrame(side, side * 0.86),
    x: { label: `true ${page.metric} at the end`, grid: true, domain, ticks: 5 },
    y: { label: `predicted ${page.metric}`, grid: true, domain, ticks: 5 },
    marks: [
      Plot.link([domain], { x1: '0', y1: '0', x2: '1', y2: '1', stroke: 'var(--soft)', strokeDasharray: '4 4' }),
      Plot.link(points.filter((point) => point.low !== null), {
        x: 'final', y1: (d: PageForecast) => Math.max(d.low ?? 0, domain[0] as number),
        y2: (d: PageForecast) => Math.min(d.high ?? 0, domain[1] as number), stroke: 'stroke', strokeOpacity: 0.45,
      }),
      Plot.dot(points, { x: 'final', y: 'mean', r: 3, fill: 'stroke' }),
      Plot.tip(points, Plot.pointer({ x: 'final', y: 'mean', title: forecastTip, fill: 'var(--ground)', stroke: 'var(--soft)' })),
    ],
  });
}

/** A row a slot, a bar an attempt: who trained when, in seconds of work. */
export function timeChart(Plot: Plot, page: PageData, width: number): unknown {
  if (page.spans.length === 0) return null;
  const rows = Math.max(...page.spans.map((span) => span.slot));
  const end = Math.max(...page.spans.map((span) => span.to));
  const bars = page.spans.map((span) => ({ ...span, owner: page.trials.find((trial) => trial.id === span.trial) as PageTrial }));
  const wide = bars.filter((bar) => ((bar.to - bar.from) / end) * (width - 60) > 18);
  const colour = (bar: { owner: PageTrial }): string =>
    bar.owner.id === page.best ? 'var(--best)' : bar.owner.fate === 'finished' ? 'var(--finished)' : bar.owner.fate === 'frozen' ? 'var(--frozen)' : 'var(--soft)';
  return Plot.plot({
    ...chartFrame(width, 60 + Math.min(rows, 24) * 34),
    x: { label: 'seconds', nice: false, domain: [0, end] },
    y: { label: null, tickFormat: (slot: number) => `slot ${slot}`, tickSize: 0, padding: 0.18 },
    marks: [
      Plot.barX(bars, { x1: 'from', x2: 'to', y: 'slot', fill: colour, fillOpacity: 0.85, inset: 0.4, rx: 1.5 }),
      Plot.text(wide, {
        x: (bar: { from: number; to: number }) => (bar.from + bar.to) / 2, y: 'slot', text: 'trial', fill: 'var(--ground)', fontSize: 10.5,
      }),
      Plot.tip(bars, Plot.pointer({
        x: (bar: { from: number; to: number }) => (bar.from + bar.to) / 2, y: 'slot', title: spanTip, maxRadius: 60, fill: 'var(--ground)', stroke: 'var(--soft)',
      })),
    ],
  });
}

/** Score against a cost, with the Pareto front of the trials whose score is known rather than predicted. */
export function costChart(Plot: Plot, page: PageData, width: number, cost: 'weights' | 'scoreSeconds'): unknown {
  const points = page.trials.flatMap((trial) => {
    const x = trial[cost];
    return trial.score === null || x === null || x <= 0 ? [] : { trial, x, y: trial.score };
  });
  if (points.length === 0) return null;
  const front = paretoFront(points.filter((point) => point.trial.final !== null), page.negated);
  const known = (point: { trial: PageTrial }): boolean => point.trial.final !== null;
  return Plot.plot({
    ...chartFrame(width, Math.max(260, Math.min(360, width * 0.62))),
    x: { label: cost === 'weights' ? 'weights' : 'seconds of training', type: 'log', grid: true, ticks: width < 480 ? 3 : 5, tickFormat: cost === 'weights' ? '~s' : '~g' },
    y: { label: page.metric, grid: true, nice: true },
    marks: [
      Plot.line(front, { x: 'x', y: 'y', stroke: 'var(--best)', strokeWidth: 1.5, curve: 'step-after' }),
      Plot.dot(points.filter((point) => !known(point)), { x: 'x', y: 'y', r: 3, stroke: 'var(--frozen)' }),
      Plot.dot(points.filter(known), { x: 'x', y: 'y', r: 3, fill: 'var(--finished)' }),
      Plot.dot(front, { x: 'x', y: 'y', r: 4, fill: 'var(--best)' }),
      Plot.tip(points, Plot.pointer({ x: 'x', y: 'y', title: costTip, fill: 'var(--ground)', stroke: 'var(--soft)' })),
    ],
  });
}

export function paretoFront<P extends { readonly x: number; readonly y: number }>(points: readonly P[], negated: boolean): P[] {
  const sign = negated ? -1 : 1;
  const front: P[] = [];
  for (const point of [...points].sort((a, b) => a.x - b.x || sign * (b.y - a.y))) {
    const last = front[front.length - 1];
    if (last === undefined || sign * point.y > sign * last.y) front.push(point);
  }
  return front;
}

export function chartFrame(width: number, height: number): object {
  return {
    width,
    height,
    marginLeft: 52,
    marginRight: 14,
    marginBottom: 40,
    style: { background: 'transparent', color: 'inherit', fontFamily: 'inherit', fontSize: '12px' },
  };
}

export function shownFigure(value: number | null): string {
  return value === null ? '?' : Number(value.toPrecision(4)).toString();
}

export function trialTip(trial: PageTrial): string {
  return `trial ${trial.id}, ${trial.fate}\n${trial.what.length > 90 ? `${trial.what.slice(0, 90)}…` : trial.what}`;
}

export function forecastTip(d: Foretold & { trial: PageTrial; final: number }): string {
  return `predicted ${shownFigure(d.mean)} at epoch ${d.epoch}, true ${shownFigure(d.final)}\n${trialTip(d.trial)}`;
}

export function spanTip(d: { owner: PageTrial; attempt: number; from: number; to: number }): string {
  return `${shownFigure(d.to - d.from)} s, attempt ${d.attempt}\n${trialTip(d.owner)}`;
}

export function costTip(d: { trial: PageTrial; x: number; y: number }): string {
  const { trial } = d;
  return `${shownFigure(d.y)}${trial.predicted ? ' (predicted)' : ''}, ${shownFigure(trial.weights)} weights, ${shownFigure(trial.scoreSeconds)} s\n${trialTip(trial)}`;
}

/** What curves-chart.ts shares. */
export const kit = { chartFrame, shownFigure, trialTip };
export type ChartKit = typeof kit;
