// From options to a source of candidates: the one place where a source's name becomes an object. Every one of them is a strategy too: its candidates
// are trained to the end unless a rule freezes them.
import { UsageError, type Rng, type Space } from '../../core/index.js';
import { evolutionSource, gridSource, localDefaults, localSource, qLearningSource, reinforceSource, type Domain, type Source } from '../../search/index.js';
import type { Choices } from './choices.js';
import type { StrategyOptions } from './options.js';
import { isSource, type SourceName, type SourceSettings } from './sources.js';

export interface SourceContext {
  /** What `random` is here: a space that is sampled, or recorded runs in their order. */
  readonly random: () => Source;
  /** Of recorded runs there is none. */
  readonly space?: Space;
  readonly domain: () => Domain;
  /** For learners that choose a step at a time. */
  readonly choices: () => Choices;
  /** Trials in all, at most. */
  readonly trials: number;
  readonly rng: Rng;
}

/** Throws UsageError where options or settings do not go together. */
export function sourceOf(options: StrategyOptions, settings: SourceSettings, { random, space, domain, choices, trials, rng }: SourceContext): Source {
  const name = nameOf(options);
  switch (name) {
    case 'random':
      return random();
    case 'grid':
      if (space === undefined) throw new UsageError('grid: expected a space, got recorded runs; random takes them in their order');
      return gridSource(space, { points: settings.points }, rng);
    case 'evolution':
      return evolutionSource(domain(), { population: settings.population, tournament: settings.tournament }, rng);
    case 'local':
      return localSource(domain(), { initial: settings.initial ?? localDefaults.initial, neighbours: settings.neighbours }, rng);
    case 'q-learning': {
      const { decisions, reward } = choices();
      return qLearningSource(decisions, { trials: settings.schedule ?? trials, replay: settings.replay, reward }, rng);
    }
    case 'reinforce': {
      const { decisions, reward } = choices();
      return reinforceSource(decisions, { rate: settings.rate, decay: settings.decay, entropy: settings.entropy, reward }, rng);
    }
  }
}

function nameOf({ strategy, source }: StrategyOptions): SourceName {
  if (!isSource(strategy)) return source ?? 'random';
  if (source === undefined || source === strategy) return strategy;
  throw new UsageError(`--source ${source}: expected a strategy that takes candidates from a source, got --strategy ${strategy}, which is one itself`);
}
