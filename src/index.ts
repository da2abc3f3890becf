// The library: `import { createStudy } from 'foretell'`. A study with a stopping rule around any training loop, with no
// GPU needed. Importing it loads neither Dawn nor the addon; the addon is loaded by the first srm rule, SQLite by the first file.
import { createRng, messageOf, parseCandidate, systemClock, UsageError, type Candidate, type Clock, type Space, type StoppingRule, type Strategy, type Study, type StudyHeader } from './core/index.js';
import { MedianRule, medianRuleDefaults, nativeInfo, nativeSolver, NoRule, SrmPredictor, SrmRule, srmRuleDefaults, type FeaturePart, type SigmaKind, type SrmKind, type SrmRuleOptions, type SrmTarget } from './predict/index.js';
import { NumberSpace, FullStrategy, sampledSource, type NumberRange } from './search/index.js';
import { createStudy as openStudy, summarise, type StudySummary } from './study/index.js';
import { minimising } from './direction.js';

export type { Architecture, Candidate, EpochReport, Layer, Predicted, Rng, Space, Stakes, StoppingRule, StoredEvent, Strategy, Task, Verdict } from './core/index.js';
export { createRng, ForetellError, StaleAttemptError, StudyError, UsageError } from './core/index.js';
export { MedianRule, NoRule, SrmRule } from './predict/index.js';
export { accuracyReward, ChainSpace, chainSpaceDefaults, CudaConvnetSpace, LstmSpace, lstmSpaceDefaults, MetaqnnNetSpace, NasBench201Space, NumberSpace, ResnetSpace, resnetSpaceDefaults, poolSource, FullStrategy, qLearningSource, reinforceDefaults, reinforceSource, sampledSource, type Decisions, type NumberRange, type RewardScale, type Source } from './search/index.js';
export type { StudySummary } from './study/index.js';

export interface CreateStudyOptions {
  /** T: epochs of a full training. */
  readonly epochs: number;
  /** How many candidates the random strategy proposes. Default 40. */
  readonly trials?: number;
  /** Named ranges, or a space of your own. Not needed with a strategy of your own. */
  readonly space?: Space | { readonly [name: string]: NumberRange };
  /** Whether a larger or a smaller value is better. Default maximize. */
  readonly direction?: 'maximize' | 'minimize';
  /** Known configurations, tried first: candidates of the space, or what of them it needs (`{ hp: { learning_rate: 0.01 } }`). Not again where a file is taken up. */
  readonly enqueue?: readonly Partial<Candidate>[];
  /** Default 1. The same seed and the same values give the same study. */
  readonly seed?: number;
  /** `srm` (default), `median`, `none`, the srm rule's options, or a rule of your own. */
  readonly rule?: 'srm' | 'median' | 'none' | SrmSettings | StoppingRule;
  /** Default: random over `space`. */
  readonly strategy?: Strategy;
  /** A study file: created, or taken up where it ends. Default: in memory. */
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

/** A study, and what it came to so far; scores in the summary are in your own direction. */
export interface UserStudy extends Study {
  summary(): StudySummary;
}

/**
 * A study around a training loop of your own: `ask` for a task, `report` each epoch's value, stop when the verdict is not
 * `continue`. Throws UsageError on settings that make no sense, StudyError where a file belongs to another study.
 */
export async function createStudy(options: CreateStudyOptions): Promise<UserStudy> {
  const { epochs, seed = 1, direction = 'maximize', name = 'study' } = options;
  const negated = direction === 'minimize';
  if (!negated && direction !== 'maximize') throw new UsageError(`createStudy: expected direction maximize or minimize, got ${String(direction)}`);
  const study = await openStudy({
    header: { name, epochs, seed, metric: { name: 'value', negated }, ...spaceSettings(options) },
    strategy: options.strategy ?? randomStrategy(options),
    rule: ruleOf(options.rule ?? 'srm', seed),
    clock: options.clock ?? systemClock,
    enqueue: knownCandidates(options),
    ...(options.file === undefined ? {} : { journal: options.file }),
  });
  const summary = (): StudySummary => turnedSummary(summarise(study.state), negated);
  return Object.assign(negated ? minimising(study) : study, { summary });
}

function randomStrategy({ space, trials = 40, epochs, seed = 1 }: CreateStudyOptions): Strategy {
  if (space === undefined) throw new UsageError('createStudy: expected a space (or a strategy of your own), got neither');
  return new FullStrategy(sampledSource(spaceOf(space), createRng(seed).fork('strategy')), { trials, epochs, nth: 1 });
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

function ruleOf(rule: NonNullable<CreateStudyOptions['rule']>, seed: number): StoppingRule {
  if (rule === 'none') return new NoRule();
  if (rule === 'median') return new MedianRule(medianRuleDefaults);
  if (typeof rule === 'object' && 'judge' in rule) return rule;
  if (rule !== 'srm' && typeof rule !== 'object') {
    throw new UsageError(`createStudy: expected rule srm, median, none, settings of srm or a rule of your own, got ${String(rule)}`);
  }
  nativeInfo(); // without the addon every fit would fail, and no trial would ever be stopped: say so now
  const { model: kind = 'svr-rbf', features = ['TS', 'AP', 'HP'], sigma = 'loo', target = 'auto', draws = 200, ...settings } = rule === 'srm' ? {} : rule;
  const predictor = new SrmPredictor({ kind, features, scale: 'auto', sigma, target, draws, solver: nativeSolver });
  return new SrmRule(predictor, { ...srmRuleDefaults, ...settings }, createRng(seed).fork('rule'));
}

function turnedSummary(summary: StudySummary, negated: boolean): StudySummary {
  const { best } = summary;
  return negated && best !== null ? { ...summary, best: { ...best, y: -best.y } } : summary;
}
