// A second number of a trial beside its score, by name: what a Pareto study weighs it against. Smaller is better.
import { networkWeights } from './language-model.js';
import type { Candidate } from './trial.js';

export interface Spent {
  readonly candidate: Candidate;
  /** Of training, and over so many epochs. */
  readonly seconds: number;
  readonly epochs: number;
  /** Of the last epoch. */
  readonly metrics: { readonly [name: string]: number } | null;
}

/** `seconds` is those of a mean epoch; any other name is sought among the last epoch's metrics, AP and HP; `weights` is counted where there is an architecture. Null where there is none. */
export function costOf({ candidate: { architecture, ap, hp }, seconds, epochs, metrics }: Spent, by: string): number | null {
  if (by === 'seconds') return epochs > 0 ? seconds / epochs : null;
  const named = metrics?.[by] ?? ap[by] ?? hp[by];
  if (named !== undefined) return named;
  return by === 'weights' && architecture !== null ? networkWeights(architecture) : null;
}
