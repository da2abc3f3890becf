// How much a candidate is worth trying, from what a surrogate says of it. Larger is better; only the order counts.
import { UsageError, type Rng } from '../../core/index.js';
import { normalCdf, type SurrogateScores } from '../../predict/index.js';

export const ACQUISITIONS = ['ei', 'ucb', 'thompson'] as const;
export type AcquisitionName = (typeof ACQUISITIONS)[number];

export interface AcquisitionOptions {
  readonly acquisition: AcquisitionName;
  /** Of ucb: deviations above the mean. */
  readonly beta: number;
}

/** `ei`: expected improvement on `best` (Jones et al. 1998). `thompson`: a draw for each candidate by itself (White et al. 2021, independent Thompson sampling). */
export function acquire({ mean, sigma }: SurrogateScores, best: number, { acquisition, beta }: AcquisitionOptions, rng: Rng): Float64Array {
  if (!(beta >= 0)) throw new UsageError(`acquisition: expected beta of at least 0, got ${beta}`);
  switch (acquisition) {
    case 'ei':
      return mean.map((m, i) => expectedImprovement(m - best, sigma[i] as number));
    case 'ucb':
      return mean.map((m, i) => m + beta * (sigma[i] as number));
    case 'thompson':
      return mean.map((m, i) => m + (sigma[i] as number) * rng.normal());
  }
}

function expectedImprovement(above: number, sigma: number): number {
  if (!(sigma > 0)) return Math.max(0, above);
  const u = above / sigma;
  return above * normalCdf(u) + (sigma * Math.exp(-0.5 * u * u)) / Math.sqrt(2 * Math.PI);
}
