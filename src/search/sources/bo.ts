// Bayesian optimisation: a surrogate of what candidates are worth, an acquisition that weighs hope against doubt, and lies in place of what running trials will
// say (constant liar), so that proposals made side by side differ.
import type { Rng } from '../../core/index.js';
import type { Surrogate } from '../../predict/index.js';
import type { Source } from '../source.js';
import type { Domain } from './domain.js';
import { RankedSource, type RankedOptions } from './ranked.js';

export type BoOptions = Omit<RankedOptions, 'name'>;

export const boDefaults: BoOptions = { initial: 20, round: 1, refit: true, candidates: 2000, explore: 0, liar: 'mean', acquisition: 'ei', beta: 1 };

export function boSource(domain: Domain, surrogate: Surrogate, options: BoOptions, rng: Rng): Source {
  return new RankedSource(domain, surrogate, { ...options, name: 'bo' }, rng);
}
