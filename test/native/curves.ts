// Small sets of synthetic learning curves and the feature matrices of every tau, as the predict room makes them: values and both differences.

import { createRng } from '../../src/core/index.js';
import type { FeatureMatrix } from '../../src/predict/native.js';

export interface CurveSet {
  target: Float64Array;
  taus: FeatureMatrix[];
  folds: Int32Array;
}

const difference = (v: number[]): number[] => v.slice(1).map((x, k) => x - (v[k] ?? 0));

export function curveSet(runs: number, epochs: number, seed = 'curves'): CurveSet {
  const rng = createRng(seed);
  const curves = Array.from({ length: runs }, () => {
    const [asymptote, rate] = [rng.uniform(0.4, 0.9), rng.uniform(0.1, 0.6)];
    const values = Array.from({ length: epochs }, (_, t) => asymptote * (1 - Math.exp(-rate * (t + 1))) + 0.01 * rng.normal());
    return { values, extra: [asymptote + 0.1 * rng.normal(), rng.normal(), 3] };
  });
  const taus = Array.from({ length: epochs - 1 }, (_, k) => {
    const rows = curves.map(({ values, extra }) => {
      const seen = values.slice(0, k + 1);
      const first = difference(seen);
      return [...seen, ...first, ...difference(first), ...extra];
    });
    return { values: Float64Array.from(rows.flat()), columns: rows[0]?.length ?? 0 };
  });
  const target = Float64Array.from(curves, ({ values }) => values.at(-1) ?? NaN);
  return { target, taus, folds: Int32Array.from({ length: runs }, (_, i) => i % 3) };
}

/** Rows of a matrix for which `keep` holds. */
export function subset({ values, columns }: FeatureMatrix, keep: (row: number) => boolean): FeatureMatrix {
  return { values: values.filter((_, i) => keep(Math.floor(i / columns))), columns };
}

/** Columns to mean 0 and deviation 1 by a textbook loop; constant columns become 0. */
export function standardise({ values, columns }: FeatureMatrix): FeatureMatrix {
  const rows = values.length / columns;
  const out = new Float64Array(values.length);
  for (let j = 0; j < columns; j++) {
    const column = Array.from({ length: rows }, (_, i) => values[i * columns + j] ?? NaN);
    const mean = column.reduce((s, v) => s + v, 0) / rows;
    const deviation = Math.sqrt(column.reduce((s, v) => s + (v - mean) ** 2, 0) / rows);
    column.forEach((v, i) => (out[i * columns + j] = deviation > 1e-12 ? (v - mean) / deviation : 0));
  }
  return { values: out, columns };
}
