// The chain model as plain data: a grid, a regression a step, and the columns that a configuration becomes. The arithmetic is native
// (native/chain/chain.hpp has the model and its sources); here curves become rows of the grid.
import { featureRow, fitEncoding, type Encoding, type FeaturePart, type Observation } from '../features.js';
import { belowChain, fitChain, predictChain, type ChainRuns, type ChainStep, type Walks } from '../native.js';

export interface ChainModel {
  readonly grid: readonly number[];
  readonly encoding: Encoding;
  readonly steps: readonly ChainStep[];
  readonly particles: number;
}

/** 300: a share of .01 has a standard error of .006. */
export const CHAIN_PARTICLES = 300;

/** Runs that did not reach the grid's first point say nothing and are left out. */
export function fitChainModel(runs: readonly Observation[], grid: readonly number[], parts: readonly FeaturePart[], walks: Walks): ChainModel {
  const seen = runs.filter(({ curve }) => curve.length >= (grid[0] as number));
  const encoding = fitEncoding(seen, parts.filter((part) => part !== 'TS'), 'auto');
  return { grid, encoding, steps: fitChain(gridRuns(seen, grid, encoding), walks), particles: walks.particles };
}

/** Ends of the walks of each run, ascending; NaN where a step was taken by fewer than two runs. */
export function walk({ grid, encoding, steps, particles }: ChainModel, runs: readonly Observation[]): readonly Float64Array[] {
  const ends = predictChain(steps, gridRuns(runs, grid, encoding), particles);
  return runs.map((_, i) => ends.subarray(i * particles, (i + 1) * particles));
}

/** p(y <= bar) of each run; NaN as above. The same walks as `walk`'s, at a third of the cost. */
export function chancesBelow({ grid, encoding, steps, particles }: ChainModel, runs: readonly Observation[], bars: readonly number[]): Float64Array {
  return belowChain(steps, gridRuns(runs, grid, encoding), particles, Float64Array.from(bars));
}

function gridRuns(runs: readonly Observation[], grid: readonly number[], encoding: Encoding): ChainRuns {
  const columnCount = encoding.columns.length;
  const scores = new Float64Array(runs.length * grid.length);
  const columns = new Float64Array(runs.length * columnCount);
  runs.forEach((run, i) => {
    grid.forEach((_, k) => (scores[i * grid.length + k] = readingAt(run.curve, grid, k)));
    columns.set(featureRow(encoding, run, 0), i * columnCount);
  });
  return { scores, points: grid.length, columns, columnCount };
}

/**
 * What the chain reads of a curve at a point of its grid; NaN of a curve that did not get there. Single scores are noisy, so before the horizon it is the mean over the
 * second half of the way from the point before; at the horizon the score itself, which is what a bar is held against.
 */
export function readingAt(curve: readonly number[], grid: readonly number[], k: number): number {
  const epoch = grid[k] as number;
  const last = curve[epoch - 1] ?? NaN;
  if (k === grid.length - 1 || Number.isNaN(last)) return last;
  const window = curve.slice(epoch - Math.ceil((epoch - (grid[k - 1] ?? 0)) / 2), epoch).filter(Number.isFinite);
  return window.length === 0 ? last : window.reduce((sum, score) => sum + score, 0) / window.length;
}
