// Fewer rows and fewer epochs of a set, for experiments that need not have them all: rows drawn without replacement, and every
// k-th epoch counted back from the last, so that the final score stays what it was.
import { UsageError, type Curve, type Rng } from '../../core/index.js';
import type { CurveRow, CurveSet } from './set.js';

export interface Thinning {
  /** At most so many rows. */
  readonly rows: number;
  /** Keep every so-manieth epoch. Default 1. */
  readonly step: number;
}

/** `ROWS` or `ROWS,EPOCHSTEP`. Throws UsageError on anything else. */
export function parseThinning(text: string): Thinning {
  const parts = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const [rows = NaN, step = 1] = parts;
  if (parts.length <= 2 && rows >= 1 && step >= 1) return { rows, step };
  throw new UsageError(`thin: expected ROWS or ROWS,EPOCHSTEP as whole numbers from 1, got '${text}'; for example 800,5`);
}

export function thinned(set: CurveSet, { rows, step }: Thinning, rng: Rng): CurveSet {
  const kept = set.rows.length <= rows ? set.rows : drawn(set.rows, rows, rng);
  if (step === 1) return { ...set, rows: kept };
  const epochs = Math.floor(set.epochs / step);
  if (epochs < 1) throw new UsageError(`thin: expected an epoch step of at most ${set.epochs} for ${set.name}, got ${step}`);
  return { ...set, epochs, rows: kept.map((row) => ({ ...row, curve: everyNth(row.curve, set.epochs, step) })) };
}

/** The first `epochs` of every curve: what a search with so short a full training would have seen. */
export function cutAt(set: CurveSet, epochs: number): CurveSet {
  if (!(epochs >= 1 && epochs <= set.epochs)) throw new UsageError(`epochs: expected 1 to ${set.epochs} for ${set.name}, got ${epochs}`);
  return { ...set, epochs, rows: set.rows.map((row) => ({ ...row, curve: row.curve.slice(0, epochs) })) };
}

/** Curves of `epochs` readings, each at the same share of its training as that epoch of another set: how the curves of two lengths are compared. The last stays the last. */
export function stretched(set: CurveSet, epochs: number): CurveSet {
  const at = Array.from({ length: epochs }, (_, i) => Math.max(1, Math.round(((i + 1) * set.epochs) / epochs)));
  const read = (curve: Curve): Curve => at.filter((epoch) => epoch <= curve.length).map((epoch) => curve[epoch - 1] as number);
  return { ...set, epochs, rows: set.rows.map((row) => ({ ...row, curve: read(row.curve) })) };
}

/** Every `step`-th epoch of a training of `epochs`, counted back from the last. */
export function everyNth(curve: Curve, epochs: number, step: number): Curve {
  const offset = epochs % step;
  return curve.filter((_, i) => i + 1 > offset && (i + 1 - offset) % step === 0);
}

/** In the order of the set. */
function drawn(rows: readonly CurveRow[], count: number, rng: Rng): CurveRow[] {
  const order = rng.shuffle(Array.from(rows, (_, i) => i)).slice(0, count);
  return order.sort((a, b) => a - b).map((i) => rows[i] as CurveRow);
}
