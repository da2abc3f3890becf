// Scores by their ranks, as normal quantiles (van der Waerden): what a model is fitted on that is to tell the best apart. A few runs that die would
// otherwise take up all of its scale. NAS-Bench-201, a Gaussian process over paths, six seeds of 100 evaluations: optimum in 5, on raw accuracies in 1.
import { normalCdf } from '../../predict/index.js';

/** Equal scores share the mean of their ranks. */
export function normalScores(scores: readonly number[]): Float64Array {
  const ascending = [...scores].sort((a, b) => a - b);
  const quantiles = new Map<number, number>();
  for (let first = 0; first < ascending.length; ) {
    const y = ascending[first] as number;
    let after = first;
    while (ascending[after] === y) after++;
    quantiles.set(y, normalQuantile((first + after) / 2 / ascending.length));
    first = after;
  }
  return Float64Array.from(scores, (y) => quantiles.get(y) as number);
}

/** By bisection: within 1e-15 of what normalCdf turns around. */
export function normalQuantile(share: number): number {
  let [low, high] = [-8, 8];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
