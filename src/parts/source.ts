// From options to a source of candidates: the one place where a source's name becomes an object. Every one of them is a strategy too: its candidates
// are trained to the end unless a rule freezes them.
import { UsageError, type Rng, type Space } from '../core/index.js';
import { BatchedPredictor, type Bulk, gaussianProcess, type NativeModel, NetPredictor, PredictorSurrogate, RegressionSurrogate, type NetOptions, type SrmSolver, type Surrogate } from '../predict/index.js';
import {
  boDefaults, boSource, evolutionSource, gridSource, guidedDefaults, guidedSource, localDefaults, localSource, qLearningSource, reinforceSource, type Domain, type Source,
} from '../search/index.js';
import type { Choices } from './choices.js';
import type { RuleOptions, StrategyOptions } from './options.js';
import { isSource, SURROGATES, type SurrogateName, type SourceName, type SourceSettings } from './sources.js';

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
  /** Called for sources that fit by the addon. */
  readonly openSolver: () => Promise<SrmSolver>;
  /** Called by sources that train nets, at the first one; absent where there is no device for them. */
  readonly openContext?: NetOptions['openContext'];
}

/** Throws UsageError where options or settings do not go together. */
export async function sourceOf(options: StrategyOptions & Pick<RuleOptions, 'model' | 'draws' | 'refit'>, settings: SourceSettings, context: SourceContext): Promise<Source> {
  const { random, space, domain, choices, trials, rng } = context;
  const { initial, explore } = settings;
  // Left out where there is none: studies keep their header.
  const noise = settings.noise === 0 ? {} : { noise: settings.noise };
  const { refit } = options;
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
      return localSource(domain(), { initial: initial ?? localDefaults.initial, neighbours: settings.neighbours }, rng);
    case 'bo': {
      const { surrogate = netOf(options.model) ?? 'gp', acquisition, beta, liar, round = boDefaults.round, candidates = boDefaults.candidates } = settings;
      return boSource(domain(), await surrogateOf(surrogate, options, settings['rank-on'], context), { initial: initial ?? boDefaults.initial, round, refit, candidates, explore, liar, acquisition, beta, ...noise }, rng);
    }
    case 'guided': {
      const { round = guidedDefaults.round, candidates = guidedDefaults.candidates } = settings;
      return guidedSource(domain(), await surrogateOf(options.model, options, settings['rank-on'], context), { initial: initial ?? guidedDefaults.initial, round, refit, candidates, explore, ...noise }, rng);
    }
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

async function surrogateOf(name: string, { draws }: Pick<RuleOptions, 'draws'>, ranksOn: SourceSettings['rank-on'], { openSolver, openContext }: SourceContext): Promise<Surrogate> {
  const net = netOf(name);
  if (net !== undefined) return netSurrogate(net, openContext);
  const kind = SURROGATES.find((known): known is Exclude<SurrogateName, NetName> => known === name);
  if (kind === undefined) throw new UsageError(`--model ${name}: expected one that predicts from a candidate alone (${SURROGATES.filter((each) => each !== 'gp').join(', ')})`);
  return kind === 'gp' ? gaussianProcess : new RegressionSurrogate({ kind, draws, solver: await openSolver(), ...(ranksOn === 'cpu' ? {} : { bulk: onDevice(deviceFor('--set rank-on=gpu', openContext)) }) });
}

/** On the GPU however few they are: by the clock which of two paths is the faster one would make two searches of one. */
function onDevice(openContext: NetOptions['openContext']): (model: NativeModel) => Bulk {
  return (model) => {
    let opened: Promise<BatchedPredictor> | null = null;
    return {
      predict: async (rows) => (await (opened ??= openContext().then((context) => new BatchedPredictor(context, model)))).predict(rows, { on: 'gpu' }),
      release: () => void opened?.then((predictor) => predictor.release(), () => undefined),
    };
  };
}

function deviceFor(what: string, openContext: SourceContext['openContext']): NetOptions['openContext'] {
  if (openContext !== undefined) return openContext;
  throw new UsageError(`${what}: expected a device, got none here; foretell search and replay have one`);
}

function netSurrogate(kind: NetName, openContext: SourceContext['openContext']): Surrogate {
  return new PredictorSurrogate(new NetPredictor({ kind, features: READ[kind], scale: 'auto', sigma: 'loo', openContext: deviceFor(`model ${kind}`, openContext) }));
}

/** Columns that nets see of a candidate; gcn reads its graph beside them. */
const READ = { gcn: ['HP'], mlp: ['AP', 'HP', 'PATHS'] } as const;
type NetName = keyof typeof READ;

function netOf(name: string): NetName | undefined {
  return name === 'gcn' || name === 'mlp' ? name : undefined;
}

function nameOf({ strategy, source }: StrategyOptions): SourceName {
  if (!isSource(strategy)) return source ?? 'random';
  if (source === undefined || source === strategy) return strategy;
  throw new UsageError(`--source ${source}: expected a strategy that takes candidates from a source, got --strategy ${strategy}, which is one itself`);
}
