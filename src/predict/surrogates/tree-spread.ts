// How far the trees of a forest lie apart at a row: standard deviation of what each says by itself. Walks in f32 as all tree code does.
import type { TreesModel } from '../native/types.js';

/** One number a row of `rows`, row-major; in the target's units. */
export function treeSpread({ columns, targetScale, weight, feature, left, split, roots }: TreesModel, rows: Float64Array): Float64Array {
  const each = targetScale * weight * roots.length;
  return Float64Array.from({ length: rows.length / columns }, (_, n) => {
    let [sum, squares] = [0, 0];
    for (let t = 0; t < roots.length; t++) {
      let at = roots[t] as number;
      for (let f = feature[at] as number; f >= 0; f = feature[at] as number) {
        const below = Math.fround(rows[n * columns + f] as number) <= (split[at] as number);
        at = (left[at] as number) + (below ? 0 : 1);
      }
      sum += split[at] as number;
      squares += (split[at] as number) ** 2;
    }
    const mean = sum / roots.length;
    return each * Math.sqrt(Math.max(0, squares / roots.length - mean * mean));
  });
}
