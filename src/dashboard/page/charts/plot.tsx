// A chart with uPlot's axes, zoom and cursor, and two canvases of our own painting: below, what stays for a while (ten thousand curves), and above, what
// follows the pointer and the newest frame. The lower one is painted again only when it must, and never takes more than a tenth of the time.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { Sparing } from '../store/sparing.js';
import { theme, type Theme } from './theme.js';

export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly log?: boolean;
  readonly tick?: (value: number) => string;
}

/** Device pixels of a value. */
export interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly pixel: number;
  readonly colours: Theme;
}

export interface PlotProps {
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly height: (width: number) => number;
  /** What the lower canvas depends on. */
  readonly settled: unknown;
  readonly below: (context: CanvasRenderingContext2D, place: Place) => void;
  readonly above: (context: CanvasRenderingContext2D, place: Place) => void;
  /** Pointer in CSS pixels of the canvas; null = it left. */
  readonly onPoint: (at: { readonly left: number; readonly top: number; readonly place: Place } | null) => void;
  readonly onPick: () => void;
  readonly onKey?: (event: KeyboardEvent) => void;
}

/** Leading digits that a logarithmic axis names, the most first, each with the least share of a decade between two of them. */
const DIGITS = [['123456789', Math.log10(10 / 9)], ['12357', Math.log10(10 / 7)], ['125', Math.log10(2)], ['1', 1]] as const;
const TICK_PIXELS = 44;

/** The lower canvas takes a tenth of the time at most. */
const REST = 10;

export function Plot(props: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    const made = new Drawing(box.current, props);
    drawing.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => drawing.current?.update(props));
  void theme.value;
  return <div class="plot" ref={box} tabIndex={0} role="group" aria-label={props.label} onKeyDown={(event) => props.onKey?.(event)} />;
}

class Drawing {
  private readonly plot: uPlot;
  private readonly upper: CanvasRenderingContext2D;
  private readonly resizer: ResizeObserver;
  private zoomed = false;
  private drawn: unknown = null;
  private readonly sparing = new Sparing(REST, () => this.plot.redraw(false, true));

  constructor(private readonly box: HTMLElement, private props: PlotProps) {
    const width = Math.max(200, box.clientWidth);
    this.plot = new uPlot(this.options(width), this.data(), box);
    const canvas = document.createElement('canvas');
    canvas.className = 'upper';
    this.plot.root.querySelector('.u-wrap')?.insertBefore(canvas, this.plot.over);
    this.upper = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(box);
    this.plot.over.addEventListener('click', () => this.props.onPick());
    this.plot.over.addEventListener('mouseleave', () => this.props.onPoint(null));
  }

  update(props: PlotProps): void {
    const before = this.props;
    this.props = props;
    const moved = before.x.domain.join() !== props.x.domain.join() || before.y.domain.join() !== props.y.domain.join() || before.x.log !== props.x.log || before.x.label !== props.x.label;
    if (moved && !this.zoomed) this.plot.setData(this.data(), true);
    else if (this.drawn !== this.key()) this.sparing.ask();
    this.paintUpper();
  }

  destroy(): void {
    this.sparing.cancel();
    this.resizer.disconnect();
    this.plot.destroy();
  }

  private key(): unknown {
    return `${String(this.props.settled)} ${theme.peek().ground}`;
  }

  private place(): Place {
    const along = (scale: 'x' | 'y', log: boolean): ((value: number) => number) => {
      const { min = 0, max = 1 } = this.plot.scales[scale] as { min?: number; max?: number };
      const [from, to] = [this.plot.valToPos(min, scale, true), this.plot.valToPos(max, scale, true)];
      const [low, high] = log ? [Math.log(min), Math.log(max)] : [min, max];
      const slope = (to - from) / (high - low || 1);
      return log ? (value) => from + (Math.log(value) - low) * slope : (value) => from + (value - low) * slope;
    };
    return { x: along('x', this.props.x.log === true), y: along('y', false), pixel: devicePixelRatio, colours: theme.peek() };
  }

  private paintLower(): void {
    const began = performance.now();
    this.clipped(this.plot.ctx, (context) => this.props.below(context, this.place()));
    this.sparing.spent(performance.now() - began);
    this.drawn = this.key();
    // Its size and scales follow this canvas's.
    this.paintUpper();
  }

  private paintUpper(): void {
    const { canvas } = this.upper;
    const { width, height } = this.plot.ctx.canvas;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.style.width = `${width / devicePixelRatio}px`;
    this.upper.clearRect(0, 0, width, height);
    this.clipped(this.upper, (context) => this.props.above(context, this.place()));
  }

  private clipped(context: CanvasRenderingContext2D, paint: (context: CanvasRenderingContext2D) => void): void {
    const { left, top, width, height } = this.plot.bbox;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    paint(context);
    context.restore();
  }

  private resize(): void {
    const width = Math.floor(this.box.clientWidth);
    if (width === 0 || width === this.plot.width) return;
    this.plot.setSize({ width, height: this.props.height(width) });
  }

  private point(plot: uPlot): void {
    const { left = -1, top = -1 } = plot.cursor;
    const { left: marginLeft, top: marginTop } = plot.bbox;
    this.props.onPoint(left < 0 ? null : { left: left + marginLeft / devicePixelRatio, top: top + marginTop / devicePixelRatio, place: this.place() });
  }

  private zoom(plot: uPlot): void {
    const { left, top, width, height } = plot.select;
    if (width < 4 && height < 4) return;
    this.zoomed = true;
    plot.batch(() => {
      if (width > 0 && width < plot.over.clientWidth) plot.setScale('x', { min: plot.posToVal(left, 'x'), max: plot.posToVal(left + width, 'x') });
      if (height > 0 && height < plot.over.clientHeight) plot.setScale('y', { min: plot.posToVal(top + height, 'y'), max: plot.posToVal(top, 'y') });
    });
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  private unzoom(): null {
    this.zoomed = false;
    this.plot.setData(this.data(), true);
    return null;
  }

  private data(): uPlot.AlignedData {
    return [[...this.props.x.domain], [...this.props.y.domain]];
  }

  private options(width: number): uPlot.Options {
    const axis = (scale: 'x' | 'y', of: () => Axis, size: number): uPlot.Axis => ({
      stroke: () => theme.peek().soft, grid: { stroke: () => theme.peek().faint, width: 0.5 }, ticks: { show: false }, size, gap: 4, font: '11px system-ui, sans-serif', labelSize: 0,
      ...(of().log === true ? { splits: (_: uPlot, _axis: number, low: number, high: number) => lines(low, high), filter: (plot: uPlot, splits: number[]) => named(plot, scale, splits) } : {}),
      values: (_, values) => values.map((value) => (value === null ? '' : (of().tick?.(value) ?? String(value)))),
    });
    const range = (which: 'x' | 'y') => (): uPlot.Range.MinMax => [...this.props[which].domain];
    return {
      width, height: this.props.height(width), legend: { show: false }, padding: [8, 10, 0, 0],
      scales: { x: { time: false, range: range('x'), ...(this.props.x.log === true ? { distr: 3 } : {}) }, y: { range: range('y') } },
      axes: [axis('x', () => this.props.x, 26), axis('y', () => this.props.y, 48)],
      series: [{}, { paths: () => null, points: { show: false } }],
      cursor: { points: { show: false }, x: false, y: false, drag: { x: true, y: true, uni: 24, setScale: false }, bind: { dblclick: () => () => this.unzoom() } },
      hooks: { draw: [() => this.paintLower()], setCursor: [(plot) => this.point(plot)], setSelect: [(plot) => this.zoom(plot)] },
    };
  }
}

/** Multiples of the powers of ten between two positive numbers. */
function lines(low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (let digit = 1; digit <= 9; digit++) found.push(Number(`${digit}e${power}`));
  }
  return found.filter((value) => value >= low && value <= high);
}

/** As many of a logarithmic axis's lines as there is room for their names. */
function named(plot: uPlot, scale: 'x' | 'y', splits: readonly number[]): (number | null)[] {
  const decade = Math.abs(plot.valToPos(10, scale) - plot.valToPos(1, scale));
  const [digits] = DIGITS.find(([, share]) => share * decade >= TICK_PIXELS) ?? DIGITS[DIGITS.length - 1] as (typeof DIGITS)[number];
  return splits.map((value) => (digits.includes(value.toExponential()[0] as string) ? value : null));
}
