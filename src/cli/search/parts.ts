// From options to the parts of a study: strategy, rule and header. What is trained on what says the job.
import { createRng, type Json, type StoppingRule, type Strategy, type StudyHeader } from '../../core/index.js';
import type { OpContext } from '../../ops/index.js';
import { ruleOf, searchStrategy } from '../../parts/index.js';
import type { SrmSolver } from '../../predict/index.js';
import type { SearchJob } from './job.js';
import type { SearchOptions } from './options.js';
import type { RestSettings } from './rest.js';

export interface SearchParts {
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
}

export interface Fitting {
  /** Called for what fits by the addon: the others work without it. */
  readonly openSolver: () => Promise<SrmSolver>;
  /** Called when the first net is fitted. */
  readonly openContext: () => Promise<OpContext>;
}

export async function searchParts(options: SearchOptions, rest: RestSettings, { space, metric }: SearchJob, { openSolver, openContext }: Fitting): Promise<SearchParts> {
  const { trials, epochs } = options;
  const strategy = await searchStrategy(options, rest, { space, accuracy: metric.name === 'accuracy', openSolver, openContext });
  return { strategy, rule: await ruleOf(options, rest, { openSolver, openContext, rng: createRng(options.seed).fork('rule'), trials, epochs }) };
}

export interface HeaderFacts {
  readonly name: string;
  readonly version: string;
  readonly environment: { readonly [key: string]: Json };
}

export function headerOf({ seed, epochs }: SearchOptions, { space, metric, data }: SearchJob, { strategy, rule }: SearchParts, facts: HeaderFacts): StudyHeader {
  return { ...facts, seed, metric, epochs, space: { ...space.settings, name: space.name }, strategy: strategy.settings, rule: rule.settings, data };
}
