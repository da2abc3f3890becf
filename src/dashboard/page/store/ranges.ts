// Ranges on parallel axes: drawn by pointer or moved by keyboard, they say which trials all charts show. An end that was left at the axis's own end stays
// open, so a study that grows beyond it loses nothing.
import { signal } from '@preact/signals';
import { type ParallelAxis, shareOn, valueOn } from '../charts/parallel.js';
import type { Trial } from './model.js';

/** Values; null = open. */
export interface Range {
  readonly low: number | null;
  readonly high: number | null;
}

export const ranges = signal<ReadonlyMap<string, Range>>(new Map());

/** Shares of rounding that no trial may be lost for. */
const SLACK = 1e-9;

/** Shares of the axis, the lower first. */
export function endsOf(axis: ParallelAxis): readonly [number, number] {
  const { low = null, high = null } = ranges.value.get(axis.name) ?? {};
  const share = (value: number): number => Math.max(0, Math.min(1, shareOn(axis, value)));
  return [low === null ? 0 : share(low), high === null ? 1 : share(high)];
}

/** The whole axis is no range. */
export function setEnds(axis: ParallelAxis, [low, high]: readonly [number, number]): void {
  const next = new Map(ranges.value);
  if (low <= 0 && high >= 1) next.delete(axis.name);
  else next.set(axis.name, { low: low <= 0 ? null : valueOn(axis, low), high: high >= 1 ? null : valueOn(axis, high) });
  ranges.value = next;
}

export function clearRange({ name }: ParallelAxis): void {
  const next = new Map(ranges.value);
  if (next.delete(name)) ranges.value = next;
}

export function isWithin(trial: Trial, axis: ParallelAxis): boolean {
  const value = axis.of(trial);
  if (value === null) return false;
  const { low, high } = ranges.value.get(axis.name) ?? { low: null, high: null };
  const share = shareOn(axis, value);
  return (low === null || share >= shareOn(axis, low) - SLACK) && (high === null || share <= shareOn(axis, high) + SLACK);
}
