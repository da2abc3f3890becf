// Parallel coordinates. A range on an axis leaves only the trials within it, here and in all other charts.
import { useEffect, useRef, useState } from 'preact/hooks';
import { axesOf, type Lines, paintLines, type ParallelAxis, traceLine } from '../charts/parallel.js';
import { theme } from '../charts/theme.js';
import { isShown, looked, shownKey, within } from '../store/chosen.js';
import { important, model, version } from '../store/live.js';
import type { Trial } from '../store/model.js';
import { isWithin, ranges } from '../store/ranges.js';
import { Sparing } from '../store/sparing.js';
import { counted } from '../words.js';
import { AxisLine } from './axis.js';

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
  const state = `${model.settled} ${width} ${axes.map(({ name, low, high }) => `${name} ${low} ${high}`).join()} ${shownKey.value} ${theme.value.ground}`;
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
        {within.value === null && 'Drag along an axis, or move its ends by the arrow keys, to keep the trials of that range. '}
        <span role="status">{within.value !== null && `${within.value.size.toLocaleString('en')} of ${counted(model.trials.length, 'trial')} within the ranges.`}</span>
        {within.value !== null && <> <button type="button" class="act" onClick={() => (ranges.value = new Map())}>show all</button></>}
      </p>
      <div class="parallel" ref={box}>
        <canvas ref={canvas} class="lines" role="img" aria-label={`Parallel coordinates over ${axes.map(({ name }) => name).join(', ')}`} />
        {looked.value !== null && <svg class="lines" aria-hidden="true"><path d={pathOf(looked.value, { axes, x, y })} /></svg>}
        {axes.map((axis, i) => <AxisLine key={axis.name} axis={axis} left={x(i)} place={{ height: HEIGHT, top: TOP, foot: FOOT, y }} />)}
      </div>
    </section>
  );
}

function pathOf(trial: Trial, lines: Omit<Lines, 'pixel'>): string {
  const strokes: string[] = [];
  traceLine({ moveTo: (x, y) => strokes.push(`M${x} ${y}`), lineTo: (x, y) => strokes.push(`L${x} ${y}`) }, lines, trial);
  return strokes.join('');
}

/** Keeps the shared set of trials within all ranges. */
function useSelection(axes: readonly ParallelAxis[]): void {
  const active = axes.filter(({ name }) => ranges.value.has(name));
  const key = active.map(({ name }) => `${name} ${ranges.value.get(name)?.low ?? ''} ${ranges.value.get(name)?.high ?? ''}`).join();
  useEffect(() => {
    const inside = model.trials.filter((trial) => trial !== undefined && active.every((axis) => isWithin(trial, axis)));
    const before = within.value;
    if (active.length === 0) within.value = null;
    else if (before === null || inside.length !== before.size || inside.some(({ id }) => !before.has(id))) within.value = new Set(inside.map(({ id }) => id));
  }, [key, active.length > 0 ? model.seq : 0]);
}
