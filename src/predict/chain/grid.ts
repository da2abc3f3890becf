// The epochs at which the chain looks at a run: from the first look to the horizon in geometric steps, so that a step is about as
// hard to predict as the next.

/** Points of a grid, where there are epochs enough. */
export const GRID_POINTS = 9;

/** Epochs that every run gets before anything is said of it: a twentieth, at least one. */
export function firstLook(horizon: number): number {
  return shareOf(horizon, 20);
}

/**
 * The grid of a search that can always come back to a run, as freeze-thaw does: from a fortieth, in steps of the same ratio as a twentieth's nine points. A rule, which stops
 * at the first look what it will not see again for long, looks at a twentieth: where curves begin on a plateau a fortieth says nothing.
 */
export function earlyGrid(horizon: number): readonly number[] {
  const first = shareOf(horizon, 40);
  return geometric(first, horizon, 1 + Math.round(((GRID_POINTS - 1) * Math.log(horizon / first)) / Math.log(20)));
}

/** Rising epochs, the first `firstLook`, the last the horizon; `also` are in it. */
export function chainGrid(horizon: number, also: readonly number[] = [], points = GRID_POINTS): readonly number[] {
  return geometric(firstLook(horizon), horizon, points, also);
}

function shareOf(horizon: number, share: number): number {
  return Math.max(1, Math.floor(horizon / share));
}

function geometric(first: number, horizon: number, points: number, also: readonly number[] = []): readonly number[] {
  const epochs = Array.from({ length: points }, (_, k) => Math.round(first * (horizon / first) ** (k / Math.max(1, points - 1))));
  return [...new Set([...epochs, ...also.filter((tau) => tau >= 1), horizon])].filter((epoch) => epoch <= horizon).sort((a, b) => a - b);
}
