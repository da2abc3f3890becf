// A recorded curve as it comes, made fit for use: where it breaks off for good it ends, a gap before that is filled. Numbers in,
// numbers out; what was done is counted, never silent.
import type { CurveMetric } from './set.js';
import { scoreOf } from './set.js';

export interface Mended {
  /** Scores, epoch 1 first, all finite. */
  readonly curve: number[];
  /** Epochs that had no number and lie before the last one that has. */
  readonly filled: number;
  /** Whether it ends before the last epoch. */
  readonly broken: boolean;
}

/**
 * `recorded`: NaN where nothing was recorded. A score that is not finite (NaN, infinite loss, the logarithm of 0) breaks a run off where no
 * finite one follows; between finite ones it takes the value before it (at the beginning the value after it).
 */
export function mendCurve(metric: CurveMetric, recorded: ArrayLike<number>): Mended {
  const scores = Array.from(recorded, (value) => scoreOf(metric, value));
  const end = scores.findLastIndex(Number.isFinite) + 1;
  const curve = scores.slice(0, end);
  const first = curve.find(Number.isFinite) ?? NaN;
  let filled = 0;
  for (let i = 0; i < end; i++) {
    if (Number.isFinite(curve[i])) continue;
    curve[i] = curve[i - 1] ?? first;
    filled++;
  }
  return { curve, filled, broken: end < scores.length };
}

/** A cell as a number; NaN where it holds none. `Infinity`, `inf` and `-inf` are numbers. */
export function cellNumber(cell: string | undefined): number {
  const text = (cell ?? '').trim();
  if (text === '') return NaN;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  return infinite === null ? NaN : infinite[1] === '-' ? -Infinity : Infinity;
}
