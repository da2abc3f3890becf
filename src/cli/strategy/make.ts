// From options to a strategy: the one place where a strategy's name becomes an object.
import type { Strategy } from '../../core/index.js';
import { AshaStrategy, BracketStrategy, halvingBracket, hyperbandBrackets, FullStrategy, type Bracket, type Source } from '../../search/index.js';
import type { StrategyName, StrategySettings } from './options.js';

export interface StrategyContext {
  readonly source: Source;
  /** Trials in all, at most. */
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  readonly nth: number;
}

/** Throws UsageError where settings do not go together. */
export function strategyOf(name: StrategyName, settings: StrategySettings, { source, trials, epochs, nth }: StrategyContext): Strategy {
  const { eta } = settings;
  const first = settings['first-rung'] ?? Math.max(1, Math.floor(epochs / 20));
  switch (name) {
    case 'random':
      return new FullStrategy(source, { trials, epochs, nth });
    case 'sh':
      return new BracketStrategy({ name, trials, epochs, eta, first }, source, [halvingBracket({ trials, epochs, eta, first })], trials);
    case 'asha':
      return new AshaStrategy(source, { trials, epochs, eta, first });
    case 'hyperband': {
      const brackets = played(hyperbandBrackets({ epochs, eta }), settings.runs, trials);
      return new BracketStrategy({ name, trials, epochs, eta, brackets: brackets.length }, source, brackets, trials);
    }
  }
}

/** All brackets, so often, or as often as there are trials for. */
function played(brackets: readonly Bracket[], runs: number | undefined, trials: number): readonly Bracket[] {
  const beginning = brackets.reduce((sum, { rungs }) => sum + (rungs[0]?.trials ?? 0), 0);
  return Array.from({ length: runs ?? Math.max(1, Math.ceil(trials / beginning)) }, () => brackets).flat();
}
