// The epochs at which the chain looks at a run: from the first look to the horizon in geometric steps, so that a step is about as
// hard to predict as the next.

/** Points of a grid, where there are epochs enough. */
export const GRID_POINTS = 9;

/** Epochs that every run gets before anything is said of it: a twentieth, at least one. */
export function firstLook(horizon: number): number {
  return Math.max(1, Math.floor(horizon / 20));
}

/** Rising epochs, the first `firstLook`, the last the horizon; `also` are in it. */
export function chainGrid(horizon: number, also: readonly number[] = [], points = GRID_POINTS): readonly number[] {
  const first = firstLook(horizon);
  const geometric = Array.from({ length: points }, (_, k) => Math.round(first * (horizon / first) ** (k / Math.max(1, points - 1))));
  return [...new Set([...geometric, ...also.filter((tau) => tau >= 1), horizon])].filter((epoch) => epoch <= horizon).sort((a, b) => a - b);
}
