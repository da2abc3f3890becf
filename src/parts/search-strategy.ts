// A strategy by its name over a space: the source that it takes candidates from, one for each exchange rate where a second number counts too.
import { createRng, UsageError, type Space, type Strategy } from '../core/index.js';
import type { OpContext } from '../ops/index.js';
import type { SrmSolver } from '../predict/index.js';
import { sampledSource, spaceDomain, tradeOffSource, type Source, type TradeOff } from '../search/index.js';
import { spaceChoices } from './choices.js';
import type { RuleOptions, StrategyOptions, StrategySettings } from './options.js';
import type { RuleSettings } from './rule.js';
import { sourceOf } from './source.js';
import { strategyOf } from './strategy.js';

export interface SearchContext {
  readonly space?: Space;
  /** In place of the one that the options name. */
  readonly source?: Source;
  /** Whether scores are accuracies. */
  readonly accuracy: boolean;
  readonly tradeOff?: TradeOff;
  readonly openSolver: () => Promise<SrmSolver>;
  readonly openContext: () => Promise<OpContext>;
}

/** Throws UsageError where options or settings do not go together. */
export async function searchStrategy(
  options: RuleOptions & StrategyOptions & { readonly trials: number; readonly epochs: number; readonly seed: number },
  settings: StrategySettings & RuleSettings,
  { space, source: own, accuracy, tradeOff, openSolver, openContext }: SearchContext,
): Promise<Strategy> {
  const { trials, epochs, strategy } = options;
  const rng = createRng(options.seed);
  const proposals = rng.fork('strategy');
  const makeSource = (): Source | Promise<Source> => {
    if (own !== undefined) return own;
    if (space === undefined) throw new UsageError(`${strategy}: expected a space (or a source of your own), got neither`);
    return sourceOf(options, settings, { openSolver, openContext, random: () => sampledSource(space, proposals), space, domain: () => spaceDomain(space), choices: () => spaceChoices(space, accuracy), trials, rng: proposals });
  };
  if (own !== undefined && tradeOff !== undefined) throw new UsageError('objective: expected a source by name, got one of your own; wrap it with tradeOffSource');
  const source = await (tradeOff === undefined ? makeSource() : tradeOffSource(makeSource, tradeOff));
  return strategyOf(strategy, options, settings, { source, openSolver, openContext, rng: rng.fork('freeze-thaw'), trials, epochs });
}
