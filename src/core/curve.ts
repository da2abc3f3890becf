// A learning curve: one score an epoch, epoch 1 first. Scores point up: a metric to minimise is negated where it enters.

export type Curve = readonly number[];

/** First differences y[i+1] - y[i]; length n - 1. */
export function differences(curve: Curve): number[] {
  return curve.slice(1).map((y, i) => y - (curve[i] as number));
}

/** tau for "a fraction f of the curve": max(1, floor(f T)), 0 < f < 1. */
export function tauOf(fraction: number, epochs: number): number {
  return Math.max(1, Math.floor(fraction * epochs));
}

/** The n-th largest of the scores (n from 1), or null where there are fewer. */
export function nthBest(scores: readonly number[], n: number): number | null {
  return [...scores].sort((a, b) => b - a)[n - 1] ?? null;
}
