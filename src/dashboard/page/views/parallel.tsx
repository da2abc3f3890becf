// Parallel coordinates. A range drawn on an axis leaves only the trials within it, here and in all other charts.
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { axesOf, type Lines, paintLines, type ParallelAxis, shareOn, traceLine, valueOn } from '../charts/parallel.js';
import { theme } from '../charts/theme.js';
import { hidden, isShown, looked, within } from '../store/chosen.js';
import { important, model, version } from '../store/live.js';
import type { Trial } from '../store/model.js';
import { Sparing } from '../store/sparing.js';
import { figure } from '../words.js';

interface Range {
  readonly low: number;
  readonly high: number;
}

const ranges = signal<ReadonlyMap<string, Range>>(new Map());
const HEIGHT = 260;
const [TOP, FOOT, SIDE] = [18, 16, 58];
const AXIS_WIDTH = 120;
/** Painting takes a tenth of the time at most. */
const REST = 10;

export function ParallelView() {
  void version.value;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const resizer = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 0));
    if (box.current !== null) resizer.observe(box.current);
    return () => resizer.disconnect();
  }, []);
  const axes = axesOf(model, important.value, Math.max(2, Math.min(9, Math.floor(width / AXIS_WIDTH) - 1)));
  const step = axes.length < 2 ? 0 : (width - 2 * SIDE) / (axes.length - 1);
  const x = (axis: number): number => SIDE + axis * step;
  const y = (share: number): number => TOP + (1 - share) * (HEIGHT - TOP - FOOT);
  useSelection(axes);
  const state = `${model.settled} ${width} ${axes.map(({ name, low, high }) => `${name} ${low} ${high}`).join()} ${within.value?.size ?? ''} ${[...hidden.value].join()} ${theme.value.ground}`;
  const paint = (): void => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null || width === 0) return;
    const began = performance.now();
    const pixel = devicePixelRatio;
    Object.assign(context.canvas, { width: width * pixel, height: HEIGHT * pixel });
    const lines = { axes, x: (axis: number) => x(axis) * pixel, y: (share: number) => y(share) * pixel, pixel };
    paintLines(context, model, lines, within.value, isShown, theme.value);
    sparing.current.spent(performance.now() - began);
  };
  const latest = useRef(paint);
  latest.current = paint;
  const sparing = useRef(new Sparing(REST, () => latest.current()));
  useEffect(() => sparing.current.ask(), [state]);
  useEffect(() => () => {
    sparing.current.cancel();
    ranges.value = new Map();
  }, []);
  return (
    <section aria-labelledby="parallel-title">
      <h2 id="parallel-title">Parallel coordinates</h2>
      <p class="soft">
        A line a trial: the best tenth <b class="best">red</b>, the rest of the better half <b class="finished">blue</b>.{' '}
        {within.value === null ? 'Drag along an axis to keep the trials of that range.' : <>{within.value.size.toLocaleString('en')} trials within the ranges. <button type="button" class="act" onClick={() => (ranges.value = new Map())}>show all</button></>}
      </p>
      <div class="parallel" ref={box}>
        <canvas ref={canvas} class="lines" role="img" aria-label={`Parallel coordinates over ${axes.map(({ name }) => name).join(', ')}`} />
        {looked.value !== null && <svg class="lines" aria-hidden="true"><path d={pathOf(looked.value, { axes, x, y })} /></svg>}
        {axes.map((axis, i) => <AxisLine key={axis.name} axis={axis} left={x(i)} y={y} />)}
      </div>
    </section>
  );
}

function pathOf(trial: Trial, lines: Omit<Lines, 'pixel'>): string {
  const strokes: string[] = [];
  traceLine({ moveTo: (x, y) => strokes.push(`M${x} ${y}`), lineTo: (x, y) => strokes.push(`L${x} ${y}`) }, lines, trial);
  return strokes.join('');
}

function AxisLine({ axis, left, y }: { readonly axis: ParallelAxis; readonly left: number; readonly y: (share: number) => number }) {
  const range = ranges.value.get(axis.name);
  const from = useRef<number | null>(null);
  const shareAt = (event: PointerEvent): number => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.max(0, Math.min(1, 1 - (event.clientY - box.top - TOP) / (HEIGHT - TOP - FOOT)));
  };
  const draw = (share: number): void => {
    const ends = [from.current ?? share, share].sort((a, b) => a - b) as [number, number];
    const next = new Map(ranges.value);
    if (ends[1] - ends[0] < 0.02) next.delete(axis.name);
    else next.set(axis.name, { low: valueOn(axis, ends[0]), high: valueOn(axis, ends[1]) });
    ranges.value = next;
  };
  return (
    <div
      class="axis" style={{ left: `${left}px` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = shareAt(event);
      }}
      onPointerMove={(event) => from.current !== null && draw(shareAt(event))}
      onPointerUp={(event) => {
        if (from.current !== null) draw(shareAt(event));
        from.current = null;
      }}
    >
      <span class="end">{figure(axis.high)}</span>
      {range !== undefined && <span class="range" style={{ top: `${y(shareOn(axis, range.high))}px`, bottom: `${HEIGHT - y(shareOn(axis, range.low))}px` }} />}
      <span class="end foot">{figure(axis.low)}</span>
      <span class="axis-name" title={axis.name}>{axis.name.replaceAll('_', ' ')}</span>
    </div>
  );
}

/** Keeps the shared set of trials within all ranges. */
function useSelection(axes: readonly ParallelAxis[]): void {
  const active = axes.flatMap((axis) => {
    const range = ranges.value.get(axis.name);
    return range === undefined ? [] : [{ axis, range }];
  });
  const key = active.map(({ axis, range }) => `${axis.name} ${range.low} ${range.high}`).join();
  useEffect(() => {
    const inside = model.trials.filter((trial) => active.every(({ axis, range }) => {
      const value = axis.of(trial);
      return value !== null && value >= range.low && value <= range.high;
    }));
    within.value = active.length === 0 ? null : new Set(inside.map(({ id }) => id));
  }, [key, active.length > 0 ? model.seq : 0]);
}
