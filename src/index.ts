// The library: `import { createStudy } from 'foretell'`. A study with a stopping rule around any training loop, with no
// GPU needed. Importing it loads neither Dawn nor the addon; the addon is loaded by the first srm rule, SQLite by the first file.
import { z } from 'zod';
import { createRng, messageOf, parseCandidate, systemClock, UsageError, type Candidate, type Clock, type Command, type Space, type StoppingRule, type Strategy, type Study, type StudyHeader } from './core/index.js';
import { partDefaults, RULES, ruleOf, ruleShape, searchStrategy, SOURCES, STRATEGIES, strategyShape, suited, type RuleName, type RuleOptions, type RuleSettings, type SourceName, type StrategyName, type StrategyOptions, type StrategySettings } from './parts/index.js';
import { nativeInfo, nativeSolver, SrmPredictor, SrmRule, srmRuleDefaults, type FeaturePart, type SigmaKind, type SrmKind, type SrmRuleOptions, type SrmTarget } from './predict/index.js';
import { NumberSpace, type NumberRange, type Source, type TradeOff } from './search/index.js';
import { createStudy as openStudy, obeying, paretoFront, summarise, type ParetoPoint, type StudySummary } from './study/index.js';
import { minimising } from './direction.js';

export type { Architecture, Candidate, EpochReport, FitRecord, Layer, Predicted, Proposal, Rng, Space, Stakes, StoppingRule, StoredEvent, Strategy, Task, TrialId, Verdict } from './core/index.js';
export { createRng, ForetellError, StaleAttemptError, StudyError, UsageError } from './core/index.js';
export type { RuleName, SourceName, StrategyName } from './parts/index.js';
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

/** Deviations from the defaults of the srm rule. */
export interface SrmSettings extends Partial<SrmRuleOptions> {
  /** Default svr-rbf. */
  readonly model?: SrmKind;
  /** What a model sees: TS, AP, HP, PATHS. Default the first three. */
  readonly features?: readonly FeaturePart[];
  /** Spread of a prediction. Default loo, the root mean square of the left-out errors. */
  readonly sigma?: SigmaKind;
  /** What is regressed. Default auto: the final score or its gain over the last one seen, whichever leaves less out. */
  readonly target?: SrmTarget;
  /** Draws of hyper-parameters a model. Default 200. */
  readonly draws?: number;
}

/** Under the command line's names, `burnIn` for `--burn-in`. */
export type PartSettings = Partial<Omit<RuleOptions & StrategyOptions, 'rule' | 'strategy' | 'source'> & RuleSettings & StrategySettings>;

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
  const { epochs, seed = 1, direction = 'maximize', name = 'study' } = options;
  const negated = direction === 'minimize';
  if (!negated && direction !== 'maximize') throw new UsageError(`createStudy: expected direction maximize or minimize, got ${String(direction)}`);
  const opened = await openStudy({
    header: { name, epochs, seed, metric: { name: 'value', negated }, ...spaceSettings(options) },
    ...(await partsOf(options)),
    clock: options.clock ?? systemClock,
    enqueue: knownCandidates(options),
    ...(options.file === undefined ? {} : { journal: options.file }),
  });
  const study = options.file === undefined ? opened : obeying(options.file, opened, { accept: (command) => accepted(command, options) });
  const summary = (): StudySummary => turnedSummary(summarise(study.state), negated);
  const pareto = (by: string): readonly ParetoPoint[] => paretoFront(study.state, by).map((point) => (negated ? { ...point, y: -point.y } : point));
  return Object.assign(negated ? minimising(study) : study, { summary, pareto });
}

async function partsOf(options: CreateStudyOptions): Promise<{ readonly strategy: Strategy; readonly rule: StoppingRule }> {
  const { strategy = 'random', rule, epochs, trials = 40, seed = 1, settings = {}, source, objective: tradeOff } = options;
  const [known, set] = checkedSettings(settings);
  const names = { strategy: oneOf(STRATEGIES, strategy, 'strategy'), rule: oneOf(RULES, rule ?? partDefaults.rule, 'rule'), ...(typeof source === 'string' ? { source: oneOf(SOURCES, source, 'source') } : {}) };
  const named = { ...suited({ ...partDefaults, ...known, ...names }, (name) => name in settings || (name === 'rule' && rule !== undefined)), trials, epochs, seed };
  const space = options.space === undefined ? {} : { space: spaceOf(options.space) };
  const context = { ...space, ...(typeof source === 'object' ? { source } : {}), ...(tradeOff === undefined ? {} : { tradeOff }), accuracy: false, openSolver, openContext };
  if (typeof strategy === 'object' && tradeOff !== undefined) throw new UsageError('createStudy: expected objective with a strategy by name, got a strategy of your own');
  return { strategy: typeof strategy === 'object' ? strategy : await searchStrategy(named, set, context), rule: await ruleFor(rule, named, set) };
}

async function ruleFor(rule: CreateStudyOptions['rule'], named: RuleOptions & { readonly trials: number; readonly epochs: number; readonly seed: number }, set: RuleSettings): Promise<StoppingRule> {
  if (typeof rule === 'object') return 'judge' in rule ? rule : srmRule(rule, named.seed);
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
  if (known === undefined && typeof given !== 'object') throw new UsageError(`createStudy: expected ${what} ${names.join(', ')} or one of your own, got ${given}`);
  return known ?? names[0];
}

const SET = z.strictObject({ ...ruleShape, ...strategyShape });
const OPTIONS: readonly string[] = [...Object.keys(partDefaults), 'burnIn'].filter((key) => key !== 'rule' && key !== 'strategy');

function checkedSettings(settings: PartSettings): [Partial<RuleOptions & StrategyOptions>, RuleSettings & StrategySettings] {
  const entries = Object.entries(settings);
  const parsed = SET.safeParse(Object.fromEntries(entries.filter(([key]) => !OPTIONS.includes(key))));
  if (parsed.success) return [Object.fromEntries(entries.filter(([key]) => OPTIONS.includes(key))), parsed.data];
  const [issue] = parsed.error.issues;
  throw new UsageError(`createStudy: settings${issue?.path.map((key) => `.${String(key)}`).join('') ?? ''}: ${issue?.message ?? 'wrong value'}; expected ${[...OPTIONS, ...Object.keys(SET.shape)].join(', ')}`);
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
  return isSpace(space) ? space : new NumberSpace(space);
}

function spaceSettings({ space }: CreateStudyOptions): { readonly space?: StudyHeader['space'] } {
  if (space === undefined) return {};
  const { name, settings } = spaceOf(space);
  return { space: { ...settings, name } };
}

function isSpace(space: NonNullable<CreateStudyOptions['space']>): space is Space {
  return typeof (space as Space).sample === 'function';
}

function srmRule(rule: SrmSettings, seed: number): StoppingRule {
  nativeInfo();
  const { model: kind = 'svr-rbf', features = ['TS', 'AP', 'HP'], sigma = 'loo', target = 'auto', draws = 200, ...settings } = rule;
  const predictor = new SrmPredictor({ kind, features, scale: 'auto', sigma, target, draws, solver: nativeSolver });
  return new SrmRule(predictor, { ...srmRuleDefaults, ...settings }, createRng(seed).fork('rule'));
}

function turnedSummary(summary: StudySummary, negated: boolean): StudySummary {
  const { best } = summary;
  return negated && best !== null ? { ...summary, best: { ...best, y: -best.y } } : summary;
}
