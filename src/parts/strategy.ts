// From options to a strategy: the one place where a strategy's name becomes an object.
import type { Strategy } from '../core/index.js';
import { CHAIN_PARTICLES, ChainRunModel, parseFeatureParts, PredictorRunModel, type RunModel } from '../predict/index.js';
import { AshaStrategy, BracketStrategy, FreezeThawStrategy, FullStrategy, halvingBracket, hyperbandBrackets, type Bracket, type Source } from '../search/index.js';
import { chainBurnIn, predictorOf, type RuleContext, type RuleSettings } from './rule.js';
import type { RuleOptions, StrategyName, StrategyOptions, StrategySettings } from './options.js';

export interface StrategyContext extends Pick<RuleContext, 'openSolver' | 'openContext' | 'metric' | 'trials' | 'epochs' | 'rng'> {
  readonly source: Source;
  /** Trainings from before the study. */
  readonly known?: number;
}

/** Throws UsageError where settings do not go together. */
export async function strategyOf(name: StrategyName, options: RuleOptions & StrategyOptions, settings: StrategySettings & RuleSettings, context: StrategyContext): Promise<Strategy> {
  const { source, trials, epochs } = context;
  const { nth } = options;
  const { eta } = settings;
  const first = settings['first-rung'] ?? Math.max(1, Math.floor(epochs / 20));
  switch (name) {
    case 'random':
    case 'grid':
    case 'evolution':
    case 'local':
    case 'q-learning':
    case 'reinforce':
    case 'bo':
    case 'guided':
      return new FullStrategy(source, { trials, epochs, nth });
    case 'sh':
      return new BracketStrategy({ name, trials, epochs, eta, first }, source, [halvingBracket({ trials, epochs, eta, first })], trials);
    case 'asha':
      return new AshaStrategy(source, { trials, epochs, eta, first });
    case 'hyperband':
    case 'f-hyperband': {
      const brackets = played(hyperbandBrackets({ epochs, eta }), settings.runs, trials);
      const pruning = name === 'hyperband' ? undefined : { kappa: options.kappa, minModels: options.minModels, known: context.known ?? 0 };
      return new BracketStrategy({ name, trials, epochs, eta, brackets: brackets.length }, source, brackets, trials, pruning);
    }
    case 'freeze-thaw': {
      const { offset, deltaConfidence: confidence } = options;
      const burnIn = chainBurnIn(options.burnIn, trials);
      // A source that learns nothing may as well show all it has before anybody is chosen.
      const scouts = LEARNS_NOTHING.includes(source.settings.name) ? trials : Math.min(burnIn.scouts, Math.max(burnIn.best + burnIn.random, Math.ceil(trials / 3)));
      return new FreezeThawStrategy(source, await runModelOf(options, settings, context), { trials, epochs, nth, confidence, offset, burnIn: { ...burnIn, scouts } }, context.rng);
    }
  }
}

/** Sources. */
const LEARNS_NOTHING: readonly string[] = ['random', 'grid'];

async function runModelOf(options: RuleOptions, settings: RuleSettings, { openSolver, openContext, metric, epochs, rng }: StrategyContext): Promise<RunModel> {
  // The chain fits through the addon too: say now where there is none.
  await openSolver();
  if (options.model === 'chain') return new ChainRunModel(epochs, { features: parseFeatureParts(settings.features), particles: CHAIN_PARTICLES }, rng.fork('model'));
  return new PredictorRunModel(epochs, await predictorOf(options, settings, { openSolver, metric, ...(openContext === undefined ? {} : { openContext }) }), { burnIn: FEWEST_ROWS, refit: options.refit, srmMax: options.srmMax }, rng.fork('model'));
}

/** Finished runs that a regression needs. */
const FEWEST_ROWS = 6;

/** All brackets, so often, or as often as there are trials for. */
function played(brackets: readonly Bracket[], runs: number | undefined, trials: number): readonly Bracket[] {
  const beginning = brackets.reduce((sum, { rungs }) => sum + (rungs[0]?.trials ?? 0), 0);
  return Array.from({ length: runs ?? Math.max(1, Math.ceil(trials / beginning)) }, () => brackets).flat();
}
