// How good predictions are, as pure functions of two equally long lists of finite numbers. Undefined cases (fewer than
// two pairs, no spread) give NaN: a score that does not exist is not 0.

/** 1 - SS_res / SS_tot; 1 is perfect, 0 is predicting the mean of `truth`, below 0 is worse than that. */
export function rSquared(truth: readonly number[], predicted: readonly number[]): number {
  requirePairs(truth, predicted);
  const mean = average(truth);
  const total = truth.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  const residual = truth.reduce((sum, y, i) => sum + (y - (predicted[i] as number)) ** 2, 0);
  return truth.length < 2 || total === 0 ? NaN : 1 - residual / total;
}

/** Mean absolute error, in the units of the scores. */
export function meanAbsoluteError(truth: readonly number[], predicted: readonly number[]): number {
  requirePairs(truth, predicted);
  return truth.length === 0 ? NaN : average(truth.map((y, i) => Math.abs(y - (predicted[i] as number))));
}

/** Kendall's tau-b (ties corrected, Kendall 1945) in O(n log n) by counting inversions (Knight 1966). */
export function kendallTau(truth: readonly number[], predicted: readonly number[]): number {
  requirePairs(truth, predicted);
  const pairs = (truth.length * (truth.length - 1)) / 2;
  const order = truth
    .map((x, i): readonly [number, number] => [x, predicted[i] as number])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const tiedX = tiedPairs(order.map(([x]) => x));
  const tiedBoth = tiedPairsOf(order, ([ax, ay], [bx, by]) => ax === bx && ay === by);
  const second = order.map(([, y]) => y);
  const discordant = countInversions(second);
  const tiedY = tiedPairs(second);
  const concordant = pairs - tiedX - tiedY + tiedBoth - discordant;
  return (concordant - discordant) / Math.sqrt((pairs - tiedX) * (pairs - tiedY));
}

/** Spearman's rho: Pearson's correlation of the ranks, ties given their mean rank. */
export function spearmanRho(truth: readonly number[], predicted: readonly number[]): number {
  requirePairs(truth, predicted);
  const a = ranks(truth);
  const b = ranks(predicted);
  const [meanA, meanB] = [average(a), average(b)];
  const dot = (u: readonly number[], mu: number, v: readonly number[], mv: number): number =>
    u.reduce((sum, x, i) => sum + (x - mu) * ((v[i] as number) - mv), 0);
  return dot(a, meanA, b, meanB) / Math.sqrt(dot(a, meanA, a, meanA) * dot(b, meanB, b, meanB));
}

/** Ranks from 1, ties given their mean rank. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const out = new Array<number>(values.length).fill(0);
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start] as number];
    while (end < order.length && values[order[end] as number] === value) end++;
    for (let k = start; k < end; k++) out[order[k] as number] = (start + 1 + end) / 2;
  }
  return out;
}

function requirePairs(truth: readonly number[], predicted: readonly number[]): void {
  if (truth.length === predicted.length) return;
  throw new RangeError(`scores: expected as many predictions as true values (${truth.length}), got ${predicted.length}`);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function tiedPairs(values: readonly number[]): number {
  return tiedPairsOf([...values].sort((a, b) => a - b), (a, b) => a === b);
}

function tiedPairsOf<T>(sorted: readonly T[], same: (a: T, b: T) => boolean): number {
  let ties = 0;
  let run = 1;
  for (let i = 1; i < sorted.length; i++) {
    run = same(sorted[i - 1] as T, sorted[i] as T) ? run + 1 : 1;
    ties += run - 1;
  }
  return ties;
}

/** Pairs i < j with values[i] > values[j], by merge sort. */
function countInversions(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const sorted = [...values];
  let count = 0;
  for (let width = 1; width < sorted.length; width *= 2) {
    for (let low = 0; low + width < sorted.length; low += 2 * width) count += mergeRuns(sorted, low, width);
  }
  return count;
}

function mergeRuns(values: number[], low: number, width: number): number {
  const left = values.slice(low, low + width);
  const right = values.slice(low + width, low + 2 * width);
  let inversions = 0;
  for (let k = low, i = 0, j = 0; i < left.length || j < right.length; k++) {
    const takeRight = i >= left.length || (j < right.length && (right[j] as number) < (left[i] as number));
    if (takeRight) inversions += left.length - i;
    values[k] = (takeRight ? right[j++] : left[i++]) as number;
  }
  return inversions;
}
