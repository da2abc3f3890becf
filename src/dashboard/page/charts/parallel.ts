// Parallel axes: which columns, how a value lies on its axis, and the painting of a line a trial.
import type { Importance } from '../../wire.js';
import type { StudyModel, Trial } from '../store/model.js';
import type { Theme } from './theme.js';

export interface ParallelAxis {
  readonly name: string;
  /** Null where the trial has no such number. */
  readonly of: (trial: Trial) => number | null;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** Share of the axis, from 0 at its foot. */
export function shareOn({ low, high, log }: ParallelAxis, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export function valueOn({ low, high, log }: ParallelAxis, share: number): number {
  return log ? low * (high / low) ** share : low + share * (high - low);
}

/** Spread over so many times, positive numbers are shown by their logarithm. */
const LOG_FROM = 30;

/** The score last; before it up to `most` columns that vary, those that matter most where that is known. */
export function axesOf(model: StudyModel, importance: Importance | null, most: number): ParallelAxis[] {
  const rank = new Map(importance?.columns.map(({ name }, i) => [name, i]));
  const columns = model.columns.map((name, c) => axisOf(model, name, (trial) => trial.numbers[c] ?? null)).filter((axis) => axis !== null);
  columns.sort((a, b) => (rank.get(a.name) ?? 1e3) - (rank.get(b.name) ?? 1e3));
  const score = axisOf(model, model.facts?.metric ?? 'score', (trial) => trial.score);
  return [...columns.slice(0, most), ...(score === null ? [] : [score])];
}

function axisOf(model: StudyModel, name: string, of: (trial: Trial) => number | null): ParallelAxis | null {
  let [low, high] = [Infinity, -Infinity];
  for (const trial of model.trials) {
    const value = trial === undefined ? null : of(trial);
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? { name, of, low, high, log: low > 0 && high / low > LOG_FROM } : null;
}

export interface Lines {
  readonly axes: readonly ParallelAxis[];
  readonly x: (axis: number) => number;
  readonly y: (share: number) => number;
  readonly pixel: number;
}

/** Trials within the ranges in colour, by the quarter of the scores that they are in; the others as a shade. */
export function paintLines(context: CanvasRenderingContext2D, model: StudyModel, lines: Lines, within: ReadonlySet<number> | null, shown: (trial: Trial) => boolean, colours: Theme): void {
  const trials = model.trials.filter((trial) => trial !== undefined && trial.score !== null);
  const sign = model.facts?.negated === true ? -1 : 1;
  trials.sort((a, b) => sign * ((a.score ?? 0) - (b.score ?? 0)));
  context.lineWidth = lines.pixel * (trials.length > 1000 ? 0.7 : 1.1);
  const group = (chosen: readonly Trial[], colour: string, alpha: number): void => {
    context.strokeStyle = colour;
    context.globalAlpha = alpha;
    for (let i = 0; i < chosen.length; i += 32) {
      context.beginPath();
      for (const trial of chosen.slice(i, i + 32)) traceLine(context, lines, trial);
      context.stroke();
    }
  };
  const inside = trials.filter(shown);
  const alpha = Math.max(0.06, Math.min(0.7, 9 / Math.sqrt(inside.length + 1)));
  if (within !== null) group(trials.filter((trial) => !shown(trial)), colours.faint, alpha / 2);
  const at = (share: number): number => Math.floor(share * inside.length);
  group(inside.slice(0, at(0.5)), colours.soft, alpha * 0.7);
  group(inside.slice(at(0.5), at(0.9)), colours.finished, alpha);
  group(inside.slice(at(0.9)), colours.best, Math.min(0.8, alpha * 2));
  context.globalAlpha = 1;
}

/** A canvas's context, or whatever takes its two strokes. */
export type Pen = Pick<CanvasPath, 'moveTo' | 'lineTo'>;

export function traceLine(context: Pen, { axes, x, y }: Omit<Lines, 'pixel'>, trial: Trial): void {
  let open = false;
  axes.forEach((axis, i) => {
    const value = axis.of(trial);
    if (value === null) {
      open = false;
      return;
    }
    if (open) context.lineTo(x(i), y(shareOn(axis, value)));
    else context.moveTo(x(i), y(shareOn(axis, value)));
    open = true;
  });
}
