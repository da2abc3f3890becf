// Regression trees and boosting by exhaustive search in textbook loops: every feature, every threshold, every sum anew.

export interface OracleTree {
  readonly feature: number;
  /** Threshold, or a leaf's value where feature is -1. */
  readonly split: number;
  readonly left?: OracleTree;
  readonly right?: OracleTree;
}

type Row = readonly number[];

const meanOf = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length;
const lost = (values: readonly number[]): number => values.reduce((s, v) => s + (v - meanOf(values)) ** 2, 0);

export function growByHand(x: readonly Row[], y: readonly number[], rows: readonly number[], depth: number): OracleTree {
  const of = (some: readonly number[]): number[] => some.map((i) => y[i] ?? NaN);
  let best = { loss: Infinity, feature: -1, split: Math.fround(meanOf(of(rows))), left: [] as number[], right: [] as number[] };
  if (depth > 0 && new Set(of(rows)).size > 1) {
    for (let feature = 0; feature < (x[0]?.length ?? 0); feature++) {
      const at = (i: number): number => Math.fround(x[i]?.[feature] ?? NaN);
      const values = [...new Set(rows.map(at))].sort((a, b) => a - b);
      values.slice(1).forEach((high, k) => {
        const split = Math.fround(((values[k] ?? NaN) + high) / 2);
        const left = rows.filter((i) => at(i) <= split);
        const right = rows.filter((i) => at(i) > split);
        const loss = lost(of(left)) + lost(of(right));
        if (loss < best.loss - 1e-12) best = { loss, feature, split, left, right };
      });
    }
  }
  if (best.feature < 0) return { feature: -1, split: best.split };
  return { feature: best.feature, split: best.split, left: growByHand(x, y, best.left, depth - 1), right: growByHand(x, y, best.right, depth - 1) };
}

export function walk(tree: OracleTree, row: Row): number {
  if (tree.left === undefined || tree.right === undefined) return tree.split;
  return walk(Math.fround(row[tree.feature] ?? NaN) <= tree.split ? tree.left : tree.right, row);
}

/** Predictions of `probe` after `count` trees on the given rows. */
export function boostByHand(x: readonly Row[], y: readonly number[], rows: readonly number[], settings: { trees: number; depth: number; shrinkage: number }, probe: Row): number {
  const bias = meanOf(rows.map((i) => y[i] ?? NaN));
  const values = y.map(() => bias);
  let predicted = bias;
  for (let k = 0; k < settings.trees; k++) {
    const tree = growByHand(x, y.map((v, i) => v - (values[i] ?? NaN)), rows, settings.depth);
    values.forEach((v, i) => (values[i] = v + settings.shrinkage * walk(tree, x[i] ?? [])));
    predicted += settings.shrinkage * walk(tree, probe);
  }
  return predicted;
}
