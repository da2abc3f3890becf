// Launches as beyond 65,535 workgroups, without the 16 million elements that it takes: the same dispatches with their grid
// cut in two along y, as linearGrid cuts it there.
import type { Dispatch } from '../../../src/gpu/index.js';

export function folded(dispatches: readonly Dispatch[]): Dispatch[] {
  return dispatches.map((dispatch) => ({ ...dispatch, grid: [Math.ceil(dispatch.grid[0] / 2), 2, 1] as const }));
}
