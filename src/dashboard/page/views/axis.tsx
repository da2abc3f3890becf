// One of the parallel axes, with its range: drawn by pointer along the axis, or its two ends moved by keyboard as sliders (arrows, Page keys, Home and
// End; Escape lets go of the range).
import { useRef } from 'preact/hooks';
import { type ParallelAxis, valueOn } from '../charts/parallel.js';
import { clearRange, endsOf, ranges, setEnds } from '../store/ranges.js';
import { figure } from '../words.js';

export interface AxisPlace {
  /** Of the box, in pixels. */
  readonly height: number;
  readonly top: number;
  readonly foot: number;
  readonly y: (share: number) => number;
}

/** A pointer that moved less only clicked: the range is let go of. */
const LEAST = 0.02;
const STEPS: { readonly [key: string]: number } = { ArrowUp: 0.02, ArrowRight: 0.02, ArrowDown: -0.02, ArrowLeft: -0.02, PageUp: 0.1, PageDown: -0.1, End: 1, Home: -1 };

export function AxisLine({ axis, left, place }: { readonly axis: ParallelAxis; readonly left: number; readonly place: AxisPlace }) {
  const from = useRef<number | null>(null);
  const { height, top, foot, y } = place;
  const [low, high] = endsOf(axis);
  const shareAt = (event: PointerEvent): number => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.max(0, Math.min(1, 1 - (event.clientY - box.top - top) / (height - top - foot)));
  };
  const draw = (share: number): void => {
    const ends = [from.current ?? share, share].sort((a, b) => a - b) as [number, number];
    if (ends[1] - ends[0] < LEAST) clearRange(axis);
    else setEnds(axis, ends);
  };
  return (
    <div
      class="axis" style={{ left: `${left}px` }} role="group" aria-label={axis.name}
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
      {ranges.value.has(axis.name) && <span class="range" style={{ top: `${y(high)}px`, bottom: `${height - y(low)}px` }} />}
      <Thumb axis={axis} which="lower" at={low} bounds={[0, high]} top={y(low)} move={(share) => setEnds(axis, [share, high])} />
      <Thumb axis={axis} which="upper" at={high} bounds={[low, 1]} top={y(high)} move={(share) => setEnds(axis, [low, share])} />
      <span class="end foot">{figure(axis.low)}</span>
      <span class="axis-name" title={axis.name}>{axis.name.replaceAll('_', ' ')}</span>
    </div>
  );
}

interface ThumbProps {
  readonly axis: ParallelAxis;
  readonly which: 'lower' | 'upper';
  readonly at: number;
  /** Shares; the two ends never pass each other. */
  readonly bounds: readonly [number, number];
  readonly top: number;
  readonly move: (share: number) => void;
}

function Thumb({ axis, which, at, bounds, top, move }: ThumbProps) {
  const onKey = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by !== undefined) move(Math.max(bounds[0], Math.min(bounds[1], Math.round((at + by) * 1e6) / 1e6)));
    else if (event.key === 'Escape' && ranges.value.has(axis.name)) clearRange(axis);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const value = valueOn(axis, at);
  return (
    <span
      class={`thumb ${which}`} style={{ top: `${top}px` }} tabIndex={0} role="slider" aria-orientation="vertical" aria-label={`${axis.name.replaceAll('_', ' ')}, ${which} end of the range`}
      aria-valuemin={valueOn(axis, bounds[0])} aria-valuemax={valueOn(axis, bounds[1])} aria-valuenow={value} aria-valuetext={figure(value)} onKeyDown={onKey}
    />
  );
}
