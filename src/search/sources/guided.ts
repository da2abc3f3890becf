// Predictor-guided search (Wen et al. 2020; BRP-NAS, Dudziak et al. 2020): a predictor fitted on some random trials ranks as many candidates as it can, the
// best of them are trained in full, and it is fitted again for the next round. It goes by the mean alone; a share of random trials keeps it from going blind.
import type { Rng } from '../../core/index.js';
import type { Surrogate } from '../../predict/index.js';
import type { Source } from '../source.js';
import type { Domain } from './domain.js';
import { RankedSource, type RankedOptions } from './ranked.js';

export type GuidedOptions = Pick<RankedOptions, 'initial' | 'round' | 'refit' | 'candidates' | 'explore' | 'noise'>;

export const guidedDefaults: GuidedOptions = { initial: 20, round: 10, refit: true, candidates: 100_000, explore: 0 };

export function guidedSource(domain: Domain, surrogate: Surrogate, options: GuidedOptions, rng: Rng): Source {
  return new RankedSource(domain, surrogate, { ...options, name: 'guided', acquisition: 'ucb', beta: 0, liar: 'none' }, rng);
}
