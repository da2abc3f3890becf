// A set of recorded learning curves: what replay, evaluation and comparison work on. Plain data; scores point up here as
// everywhere. How files become one is manifest.ts and assemble.ts; which sets exist on this machine is the host's business.
import type { Curve, OperationGraph } from '../../core/index.js';

/** What the recorded number is and how it became a score. */
export interface CurveMetric {
  readonly name: string;
  /** Whether smaller was better on paper: the score is then the negated transform. */
  readonly direction: 'maximise' | 'minimise';
  readonly transform: 'none' | 'log';
  /** Maps the recorded number into 0..1, larger is better, for models that know nothing else (LCE): offset + scale x number. */
  readonly unit: { readonly scale: number; readonly offset: number };
}

/** One recorded training. */
export interface CurveRow {
  readonly id: string;
  /** Rows of one configuration share it: they never stand on both sides of a split. */
  readonly group: string;
  /** Score a epoch, epoch 1 first; shorter than the set's T where the run broke off (NaN, infinite, or not recorded), empty where it did in epoch 1. */
  readonly curve: Curve;
  readonly ap: { readonly [name: string]: number };
  readonly hp: { readonly [name: string]: number };
  /** The architecture as the set writes it, where it does. */
  readonly architecture: string | null;
  /** The same as a graph of operations, where the text is a cell or a MetaQNN string. */
  readonly graph?: OperationGraph;
}

export interface CurveSet {
  readonly name: string;
  /** T: epochs of a full training. */
  readonly epochs: number;
  readonly metric: CurveMetric;
  readonly rows: readonly CurveRow[];
  /** What was left out or mended on the way in, in words with counts. */
  readonly notes: readonly string[];
}

/** The score of a recorded number: transformed, and negated where smaller is better. */
export function scoreOf(metric: CurveMetric, recorded: number): number {
  const value = metric.transform === 'log' ? Math.log(recorded) : recorded;
  return metric.direction === 'minimise' ? -value : value;
}

/** The recorded number of a score: the way back. */
export function recordedOf(metric: CurveMetric, score: number): number {
  const value = metric.direction === 'minimise' ? -score : score;
  return metric.transform === 'log' ? Math.exp(value) : value;
}

/** A score in 0..1, larger is better, for models of such curves only. */
export function toUnit(metric: CurveMetric, score: number): number {
  return metric.unit.offset + metric.unit.scale * recordedOf(metric, score);
}

export function fromUnit(metric: CurveMetric, unit: number): number {
  return scoreOf(metric, (unit - metric.unit.offset) / metric.unit.scale);
}

/** The same recordings scored by another transform. */
export function withTransform(set: CurveSet, transform: CurveMetric['transform']): CurveSet {
  if (transform === set.metric.transform) return set;
  const metric = { ...set.metric, transform };
  return { ...set, metric, rows: set.rows.map((row) => ({ ...row, curve: row.curve.map((score) => scoreOf(metric, recordedOf(set.metric, score))) })) };
}

/** The same recordings in the scores of another metric, by way of the unit interval: an error as the accuracy that it leaves, percent as shares. Of one and the same metric they stay as they are. */
export function inScoresOf(set: CurveSet, metric: CurveMetric): CurveSet {
  const alike = (['name', 'direction', 'transform'] as const).every((key) => set.metric[key] === metric[key]);
  return alike ? set : { ...set, metric, rows: set.rows.map((row) => ({ ...row, curve: row.curve.map((score) => fromUnit(metric, toUnit(set.metric, score))) })) };
}

/** Rows that were trained to T: those a final score is known of. */
export function completeRows({ rows, epochs }: CurveSet): readonly CurveRow[] {
  return rows.filter(({ curve }) => curve.length >= epochs);
}

/** A unit for a metric that came without: accuracies and percentages as they are, errors below 1 turned over, anything else by its range. */
export function rangeUnit(direction: CurveMetric['direction'], recorded: readonly ArrayLike<number>[]): CurveMetric['unit'] {
  let [low, high] = [Infinity, -Infinity];
  for (const curve of recorded) {
    for (let i = 0; i < curve.length; i++) {
      const value = curve[i] as number;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const top = low >= 0 && high <= 1 ? 1 : low >= 0 && high <= 100 ? 100 : null;
  const span = top ?? Math.max(high - low, Number.MIN_VALUE);
  const from = top === null ? low : 0;
  return direction === 'maximise' ? { scale: 1 / span, offset: -from / span } : { scale: -1 / span, offset: 1 + from / span };
}
