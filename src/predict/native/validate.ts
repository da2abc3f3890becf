// Checks what TypeScript's types cannot say before the addon reads it: lengths, finite numbers, ranges. The addon trusts what passes here.
// Deliberately changes nothing: no clipping, no filling of gaps.

import { NativeError } from '../../core/index.js';
import { refuse, requireDoubles, requireFinite, requirePositive } from './refuse.js';
import type { ChainRuns, FeatureMatrix, NativeModel } from './types.js';

export function requireTarget(target: Float64Array): void {
  requireDoubles('target', target);
  if (target.length === 0) refuse('target', 'at least one row', 0);
  requireFinite('target', target);
}

export function requireFeatures(what: string, features: FeatureMatrix, rows: number): void {
  requireDoubles(`${what}.values`, features.values);
  if (!Number.isInteger(features.columns) || features.columns < 1) refuse(`${what}.columns`, 'a positive integer', features.columns);
  const wanted = rows * features.columns;
  if (features.values.length !== wanted) {
    refuse(`${what}.values.length`, `${String(rows)} rows x ${String(features.columns)} columns = ${String(wanted)}`, features.values.length);
  }
  requireFinite(`${what}.values`, features.values);
}

export function requireFolds(folds: Int32Array, rows: number): void {
  if (!(folds instanceof Int32Array)) refuse('folds', 'an Int32Array', Object.prototype.toString.call(folds));
  if (folds.length !== rows) refuse('folds.length', `one fold a row (${String(rows)})`, folds.length);
  const count = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  const sizes = new Array<number>(count).fill(0);
  folds.forEach((fold, row) => {
    if (fold < 0) refuse(`folds[${String(row)}]`, '0 or above', fold);
    sizes[fold] = (sizes[fold] ?? 0) + 1;
  });
  if (count < 2) refuse('folds', 'at least two folds', count);
  const empty = sizes.indexOf(0);
  if (empty >= 0) refuse('folds', `rows in every fold from 0 to ${String(count - 1)}`, `none in fold ${String(empty)}`);
}

export function requireRows(model: NativeModel, rows: Float64Array): void {
  requireDoubles('rows', rows);
  if (rows.length % model.columns !== 0) refuse('rows.length', `a multiple of the model's ${String(model.columns)} columns`, rows.length);
}

export function requireTolerance(tolerance: number): void {
  requirePositive('tolerance', tolerance);
}

export function requireThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) refuse('threads', 'an integer from 1 to 1024', threads);
}

export function requireSample(name: string, values: Float64Array): void {
  requireDoubles(name, values);
  if (values.length === 0) refuse(`${name}.length`, 'at least one value', 0);
  const bad = values.findIndex((value) => !(value > 0));
  if (bad >= 0) refuse(`${name}[${String(bad)}]`, 'a positive number', values[bad]);
}

export function requireChainRuns({ scores, points, columns, columnCount }: ChainRuns): void {
  const runs = scores.length / points;
  if (!Number.isInteger(points) || points < 1 || !Number.isInteger(runs)) throw new NativeError(`chain: expected scores of runs x points, got ${scores.length} scores and ${points} points`);
  if (columns.length !== runs * columnCount) throw new NativeError(`chain: expected ${columnCount} columns for each of ${runs} runs, got ${columns.length} values`);
  if (!columns.every(Number.isFinite)) throw new NativeError('chain: expected finite columns, got one that is not');
}
