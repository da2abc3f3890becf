// The page's chart of learning curves. These functions travel to the browser as their own source text: each may use its
// arguments and its neighbours in this file, and nothing else; what it shares with charts.ts comes as an argument.
import type { Mark, Plot } from './browser.js';
import type { ChartKit } from './charts.js';
import type { PageData, PageForecast, PageTrial } from './data.js';

export interface CurvePoint {
  readonly trial: PageTrial;
  readonly epoch: number;
  readonly y: number;
}

/** A frozen trial at its last freeze, and a place of its own in the strip right of T for what was predicted of it. */
export type Stop = PageForecast & { readonly trial: PageTrial; readonly x: number };

/** Curves to T, then a strip right of T with what was predicted of the frozen: mean and 90 % interval. */
export function curvesChart(Plot: Plot, page: PageData, width: number, kit: ChartKit): unknown {
  const strip = Math.max(1, page.epochs * 0.22);
  const points = page.trials.flatMap((trial) => curvePoints(trial));
  const stops = stopsOf(page, strip);
  return Plot.plot({
    ...kit.chartFrame(width, Math.max(300, Math.min(460, width * 0.55))),
    x: { label: 'epoch', domain: [1, page.epochs + strip], ticks: epochTicks(page.epochs, width), tickFormat: 'd' },
    y: { label: page.metric, grid: true, nice: true },
    marks: [
      Plot.ruleX([page.epochs], { stroke: 'var(--faint)' }),
      ...curveMarks(Plot, page, points),
      ...stopMarks(Plot, stops),
      ...turnMarks(Plot, page, stops, points),
      Plot.tip([...points, ...stops.flatMap((stop) => (stop.mean === null ? [] : { ...stop, y: stop.mean }))], Plot.pointer({
        x: (d: { x?: number; epoch: number }) => d.x ?? d.epoch, y: 'y', title: (d: TipPoint) => curveTip(d, kit), maxRadius: 30, fill: 'var(--ground)', stroke: 'var(--soft)',
      })),
    ],
  });
}

export function curvePoints(trial: PageTrial): CurvePoint[] {
  return trial.curve.flatMap((y, i) => (y === null ? [] : { trial, epoch: i + 1, y }));
}

/** From the last epoch of the search on. */
export function laterPoints(trial: PageTrial): CurvePoint[] {
  const from = trial.curve.length;
  if (trial.afterwards.length === 0) return [];
  return [trial.curve[from - 1] ?? null, ...trial.afterwards].flatMap((y, i) => (y === null ? [] : { trial, epoch: from + i, y }));
}

export function stopsOf(page: PageData, strip: number): Stop[] {
  const frozen = page.trials.filter((trial) => trial.freezes.length > 0);
  return frozen.map((trial, i) => {
    const last = trial.freezes[trial.freezes.length - 1] as PageForecast;
    return { ...last, trial, x: page.epochs + strip * (0.12 + (0.8 * (i + 0.5)) / frozen.length) };
  });
}

export function curveMarks(Plot: Plot, page: PageData, points: readonly CurvePoint[]): Mark[] {
  const thin = page.trials.length > 200 ? 0.25 : 0.55;
  const line = (data: readonly CurvePoint[], stroke: string, strokeWidth: number, strokeOpacity: number, strokeDasharray = 'none'): Mark =>
    Plot.line(data, { x: 'epoch', y: 'y', z: (d: CurvePoint) => d.trial.id, stroke, strokeWidth, strokeOpacity, strokeDasharray });
  return [
    line(points.filter(({ trial }) => trial.fate !== 'finished'), 'var(--frozen)', 1, thin),
    line(points.filter(({ trial }) => trial.fate === 'finished'), 'var(--finished)', 1, thin),
    line(page.trials.flatMap((trial) => laterPoints(trial)), 'var(--frozen)', 1, thin, '1 4'),
    line(points.filter(({ trial }) => trial.id === page.best), 'var(--best)', 2.5, 1),
  ];
}

/** Predictions: fainter, the more there are. */
export function stopMarks(Plot: Plot, stops: readonly Stop[]): Mark[] {
  const foretold = stops.filter((stop) => stop.mean !== null);
  return [
    Plot.link(stops.filter((stop) => stop.low !== null), {
      x: 'x', y1: 'low', y2: 'high', stroke: 'var(--frozen)', strokeOpacity: Math.min(0.8, 20 / stops.length + 0.1),
    }),
    Plot.dot(foretold, { x: 'x', y: 'mean', r: stops.length > 100 ? 1.2 : 2.2, fill: 'var(--frozen)' }),
    Plot.link(foretold.filter((stop) => stop.at !== null), Plot.pointer({
      x1: 'epoch', y1: 'at', x2: 'x', y2: 'mean', stroke: 'var(--ink)', strokeDasharray: '3 3', px: 'x', py: 'mean',
    })),
  ];
}

/** Where a trial was frozen, thawed, or came to its end. */
export function turnMarks(Plot: Plot, page: PageData, stops: readonly Stop[], points: readonly CurvePoint[]): Mark[] {
  const thaws = page.trials.flatMap((trial) => trial.thaws);
  const ends = points.filter(({ trial, epoch }) => trial.fate === 'finished' && epoch === page.epochs);
  return [
    Plot.dot(stops.filter((stop) => stop.at !== null), { x: 'epoch', y: 'at', symbol: 'times', r: 3.2, stroke: 'var(--frozen)', strokeWidth: 1.6 }),
    Plot.dot(thaws.filter((thaw) => thaw.at !== null), {
      x: 'epoch', y: 'at', symbol: 'triangle', r: 4, stroke: 'var(--thawed)', strokeWidth: 1.6, fill: 'var(--ground)',
    }),
    Plot.dot(ends, { x: 'epoch', y: 'y', r: 2, fill: 'var(--finished)' }),
  ];
}

export function epochTicks(epochs: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(epochs / Math.max(3, width / 70)));
  return Array.from({ length: Math.floor((epochs - 1) / step) + 1 }, (_, i) => 1 + i * step);
}

/** A point of a curve, or a stop in the strip (then `x` is given). */
export type TipPoint = CurvePoint & Partial<Stop>;

export function curveTip(d: TipPoint, { shownFigure, trialTip }: ChartKit): string {
  const said =
    d.x === undefined
      ? `epoch ${d.epoch}: ${shownFigure(d.y)}`
      : `frozen at epoch ${d.epoch}; predicted ${shownFigure(d.y)} (90 %: ${shownFigure(d.low ?? null)} to ${shownFigure(d.high ?? null)})`;
  return `${said}\n${trialTip(d.trial)}`;
}
