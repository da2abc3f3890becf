// The library: `import { createStudy } from 'foretell'`. A study with a stopping rule around any training loop, with no
// GPU needed. Importing it loads neither Dawn nor the addon; the addon is loaded by the first srm rule, SQLite by the first file.
import { z } from 'zod';
import { conforming, createRng, inWords, messageOf, parseCandidate, strict, systemClock, UsageError, whole, type Candidate, type Clock, type Command, type Space, type StoppingRule, type Strategy, type Study, type StudyHeader } from './core/index.js';
import { givenSettings, isOwn, ownPart, partDefaults, RULES, ruleOf, searchStrategy, SOURCES, srmRule, STRATEGIES, suited, withoutGaps, type PartSettings, type RuleName, type RuleOptions, type RuleSettings, type SourceName, type SrmSettings, type StrategyName } from './parts/index.js';
import { nativeInfo, nativeSolver } from './predict/index.js';
import { NumberSpace, type NumberRange, type Source, type TradeOff } from './search/index.js';
import { createStudy as openStudy, obeying, paretoFront, summarise, type ParetoPoint, type StudySummary } from './study/index.js';
import { minimising } from './direction.js';

export type { Architecture, Candidate, EpochReport, FitRecord, Layer, Predicted, Proposal, Rng, Space, Stakes, StoppingRule, StoredEvent, Strategy, Task, TrialId, Verdict } from './core/index.js';
export { createRng, ForetellError, StaleAttemptError, StudyError, UsageError } from './core/index.js';
export type { PartSettings, RuleName, SourceName, SrmSettings, StrategyName } from './parts/index.js';
export { ChainRule, ChainRunModel, IEpochRule, MedianRule, NoRule, SrmRule, type RunModel } from './predict/index.js';
export {
  accuracyReward, AshaStrategy, boSource, BracketStrategy, ChainSpace, chainSpaceDefaults, CudaConvnetSpace, evolutionDefaults, evolutionSource, FreezeThawStrategy, FullStrategy, gridSource, halvingBracket,
  hyperbandBrackets, localDefaults, localSource, LstmSpace, lstmSpaceDefaults, MetaqnnNetSpace, NasBench201Space, NumberSpace, poolDomain, poolSource, qLearningSource, reinforceDefaults, reinforceSource, ResnetSpace,
  resnetSpaceDefaults, sampledSource, spaceDomain, tradeOffSource, type Bracket, type Decisions, type Domain, type NumberRange, type Offer, type RewardScale, type Source, type TradeOff,
} from './search/index.js';
export type { ParetoPoint, StudySummary } from './study/index.js';

export interface CreateStudyOptions {
  /** T: epochs of a full training. */
  readonly epochs: number;
  /** How many candidates a strategy by name may try. Default 40. */
  readonly trials?: number;
  /** Named ranges, or a space of your own. Not needed with a strategy of your own. */
  readonly space?: Space | { readonly [name: string]: NumberRange };
  /** Whether a larger or a smaller value is better. Default maximize. */
  readonly direction?: 'maximize' | 'minimize';
  /** Known configurations, tried first: candidates of the space, or what of them it needs (`{ hp: { learning_rate: 0.01 } }`). Not again where a file is taken up. */
  readonly enqueue?: readonly Partial<Candidate>[];
  /** Default 1. The same seed and the same values give the same study. */
  readonly seed?: number;
  /** A rule as `foretell search --rule` names it, the rules' options, or a rule of your own. Default chain; none where the strategy stops trials by itself. */
  readonly rule?: RuleName | SrmSettings | StoppingRule;
  /** As `foretell search --strategy` names it, or one of your own. Default random. */
  readonly strategy?: StrategyName | Strategy;
  /** What a strategy that only says for how long (freeze-thaw, sh, hyperband, asha) takes its candidates from, by name or your own. Default random. */
  readonly source?: SourceName | Source;
  /** Options and `--set` keys of the strategy and the rule that are named: `{ deltaConfidence: 0.99, population: 10 }`. */
  readonly settings?: PartSettings;
  /** A second number that counts too: the strategy by name searches for each exchange rate in turn, and `pareto(by)` tells the front. */
  readonly objective?: TradeOff;
  /** A study file: created, or taken up where it ends. It obeys `foretell tell` and the dashboard, at the latest by the next `ask` or `report`. Default: in memory. */
  readonly file?: string;
  readonly name?: string;
  readonly clock?: Clock;
}

const part = z.custom((given) => typeof given === 'string' || (typeof given === 'object' && given !== null), 'expected a name or one of your own');

/** Parts and settings are checked where they are taken up. */
const OPTIONS = strict({
  epochs: whole(1),
  ...z.object({
    trials: whole(1),
    space: z.custom((given) => typeof given === 'object' && given !== null, 'expected named ranges or a space of your own'),
    direction: z.enum(['maximize', 'minimize']),
    enqueue: z.array(z.unknown()),
    seed: z.number('expected a number'),
    rule: part,
    strategy: part,
    source: part,
    settings: z.unknown(),
    objective: strict({ by: z.string(), rates: z.array(z.number()) }),
    file: z.string('expected the path of a study file').min(1, 'expected the path of a study file'),
    name: z.string(),
    clock: z.custom((given) => typeof (given as Partial<Clock> | null)?.now === 'function', 'expected a clock with a method now'),
  } satisfies { readonly [key in Exclude<keyof CreateStudyOptions, 'epochs'>]: z.ZodType }).partial().shape,
});

/** A study, and what it came to so far; scores in both are in your own direction. */
export interface UserStudy extends Study {
  summary(): StudySummary;
  /**
   * Trials that no other beats in both score and a second number, the cheapest first: `seconds` (of an epoch), `weights`, a reported metric, an AP or HP column. Frozen
   * ones stand in it by their predicted final score and are marked. Throws UsageError where no trial has that number.
   */
  pareto(by: string): readonly ParetoPoint[];
}

/**
 * A study around a training loop of your own: `ask` for a task, `report` each epoch's value, stop when the verdict is not
 * `continue`. Throws UsageError on settings that make no sense, StudyError where a file belongs to another study.
 */
export async function createStudy(options: CreateStudyOptions): Promise<UserStudy> {
  conforming(OPTIONS, withoutGaps(options), 'createStudy: options', UsageError);
  const { epochs, seed = 1, direction, name = 'study' } = options;
  const negated = direction === 'minimize';
  const opened = await openStudy({
    header: { name, epochs, seed, metric: { name: 'value', negated }, ...spaceSettings(options) },
    ...(await partsOf(options)),
    clock: options.clock ?? systemClock,
    enqueue: knownCandidates(options),
    ...(options.file === undefined ? {} : { journal: options.file, takeOver: true }),
  });
  const study = options.file === undefined ? opened : obeying(options.file, opened, { accept: (command) => accepted(command, options) });
  const summary = (): StudySummary => turnedSummary(summarise(study.state), negated);
  const pareto = (by: string): readonly ParetoPoint[] => paretoFront(study.state, by).map((point) => (negated ? { ...point, y: -point.y } : point));
  return Object.assign(negated ? minimising(study) : study, { summary, pareto });
}

async function partsOf(options: CreateStudyOptions): Promise<{ readonly strategy: Strategy; readonly rule: StoppingRule }> {
  const { strategy = 'random', rule, epochs, trials = 40, seed = 1, settings = {}, source, objective: tradeOff } = options;
  const set = givenSettings(settings);
  const given = { ...withoutGaps(settings), ...(rule === undefined ? {} : { rule }) };
  const names = { strategy: oneOf(STRATEGIES, strategy, 'strategy'), rule: oneOf(RULES, rule ?? partDefaults.rule, 'rule'), ...(typeof source === 'string' ? { source: oneOf(SOURCES, source, 'source') } : {}) };
  const named = { ...suited({ ...partDefaults, ...set, ...names }, (name) => name in given), trials, epochs, seed };
  const space = options.space === undefined ? {} : { space: spaceOf(options.space) };
  const context = { ...space, ...(typeof source === 'object' ? { source: ownPart('source', source) } : {}), ...(tradeOff === undefined ? {} : { tradeOff }), accuracy: false, openSolver, openContext };
  if (typeof strategy === 'object' && tradeOff !== undefined) throw new UsageError('createStudy: expected objective with a strategy by name, got a strategy of your own');
  return { strategy: typeof strategy === 'object' ? ownPart('strategy', strategy) : await searchStrategy(named, set, context), rule: await ruleFor(rule, named, set) };
}

async function ruleFor(rule: CreateStudyOptions['rule'], named: RuleOptions & { readonly trials: number; readonly epochs: number; readonly seed: number }, set: RuleSettings): Promise<StoppingRule> {
  if (typeof rule === 'object') return isOwn('rule', rule) ? ownPart('rule', rule) : srmRule(rule, named.seed);
  return ruleOf(named, set, { openSolver, openContext, rng: createRng(named.seed).fork('rule'), trials: named.trials, epochs: named.epochs });
}

function openSolver(): Promise<typeof nativeSolver> {
  nativeInfo();
  return Promise.resolve(nativeSolver);
}

/** Networks that predict are fitted on a device, and a study around a user's own loop opens none. */
function openContext(): Promise<never> {
  return Promise.reject(new UsageError('createStudy: expected a model that needs no device, got one that is fitted on it; use foretell search'));
}

/** An object is a part of the caller's own, and the name of another is not asked for. */
function oneOf<T extends string>(names: readonly [T, ...(readonly T[])], given: string | object, what: string): T {
  const known = names.find((name) => name === given);
  if (known === undefined && typeof given !== 'object') throw new UsageError(`createStudy: expected ${what} ${names.join(', ')} or one of your own, got ${inWords(given)}`);
  return known ?? names[0];
}

function knownCandidates({ enqueue = [], space }: CreateStudyOptions): readonly Candidate[] {
  const known = space === undefined ? null : spaceOf(space);
  return enqueue.map((partial, i) => {
    try {
      const candidate = parseCandidate(partial);
      return known === null ? candidate : known.validate(candidate);
    } catch (error) {
      throw new UsageError(`createStudy: enqueue[${i}]: ${messageOf(error)}`, { cause: error });
    }
  });
}

/** A configuration from outside must lie in the space, where there is one. */
function accepted(command: Command, { space }: CreateStudyOptions): Command {
  return command.type === 'enqueue' && space !== undefined ? { ...command, candidate: spaceOf(space).validate(command.candidate) } : command;
}

function spaceOf(space: NonNullable<CreateStudyOptions['space']>): Space {
  return isOwn('space', space) ? ownPart('space', space) : new NumberSpace(space);
}

function spaceSettings({ space }: CreateStudyOptions): { readonly space?: StudyHeader['space'] } {
  if (space === undefined) return {};
  const { name, settings } = spaceOf(space);
  return { space: { ...settings, name } };
}

function turnedSummary(summary: StudySummary, negated: boolean): StudySummary {
  const { best } = summary;
  return negated && best !== null ? { ...summary, best: { ...best, y: -best.y } } : summary;
}
