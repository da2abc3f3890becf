// What a study is put together from, as plain data: the names of rules and strategies, their options with defaults, and their further settings. The
// command line and createStudy take the same ones. Nothing is made here.
import { z } from 'zod';
import { strict, whole } from '../core/index.js';
import { PREDICTOR_KINDS, SIGMA_KINDS, type SigmaKind } from '../predict/index.js';
import { isSource, SOURCES, sourceShape, type SourceName } from './sources.js';

export const RULES = ['srm', 'chain', 'lce', 'median', 'i-epoch', 'none'] as const;
export type RuleName = (typeof RULES)[number];

/** So many full trainings, or the best and some random ones of those that were looked at first. */
export type BurnInOption = number | { readonly best: number; readonly random: number };

export interface RuleOptions {
  readonly rule: RuleName;
  readonly model: string;
  readonly deltaConfidence: number;
  readonly offset: number;
  readonly nth: number;
  readonly sigma: SigmaKind;
  /** Absent = what suits the rule. */
  readonly burnIn?: BurnInOption;
  readonly refit: boolean;
  readonly thaw: boolean;
  readonly srmMax: number;
  readonly draws: number;
}

/** Sources first: as a strategy each of them trains what it proposes to the end. */
export const STRATEGIES = [...SOURCES, 'sh', 'hyperband', 'f-hyperband', 'asha', 'freeze-thaw'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export interface StrategyOptions {
  readonly strategy: StrategyName;
  readonly source?: SourceName;
  readonly kappa: number;
  readonly minModels: number;
}

/** Those of a search of 40 to 80 trials: on recorded curves of the chain space (40 x 12) this rule saves most without losing the optimum. */
export const partDefaults: RuleOptions & StrategyOptions = {
  strategy: 'random',
  kappa: 0.25,
  minModels: 100,
  rule: 'chain',
  model: 'svr-rbf',
  deltaConfidence: 0.95,
  offset: 0,
  nth: 1,
  sigma: 'loo',
  refit: true,
  thaw: true,
  srmMax: 500,
  draws: 200,
};

/** As values, each of which may be left out: the library's settings. The command line reads its own from text. */
export const optionShape = z.object({
  model: z.enum(PREDICTOR_KINDS),
  deltaConfidence: z.number().gt(0.5).lt(1),
  offset: z.number().min(0),
  nth: whole(1),
  sigma: z.enum(SIGMA_KINDS),
  burnIn: z.union([whole(1), strict({ best: whole(1), random: whole(0) })], 'expected a whole number from 1 or { best, random }'),
  refit: z.boolean(),
  thaw: z.boolean(),
  srmMax: whole(1),
  draws: whole(1),
  kappa: z.number().gt(0).max(1),
  minModels: whole(1),
} satisfies { readonly [key in Exclude<keyof (RuleOptions & StrategyOptions), 'rule' | 'strategy' | 'source'>]: z.ZodType }).partial().shape;

/** Of the srm rule alone: who gives one of these means that rule. */
const OF_SRM = ['model', 'sigma', 'draws', 'srmMax', 'refit'];

/** What suits a strategy, where the command line says nothing else: freeze-thaw predicts by the chain, f-hyperband burns in with its models. */
export function suited<T extends RuleOptions & StrategyOptions>(options: T, wasGiven: (name: string) => boolean): T {
  const rule = suitedRule(options, wasGiven);
  if (options.strategy === 'f-hyperband') return wasGiven('burnIn') ? { ...options, rule } : { ...options, rule, burnIn: options.minModels };
  const model = wasGiven('model') || options.strategy !== 'freeze-thaw' ? options.model : 'chain';
  return { ...options, rule, model };
}

/** f-hyperband judges its rungs by regressions; other strategies that stop runs by themselves go without a rule. */
function suitedRule({ rule, strategy }: RuleOptions & StrategyOptions, wasGiven: (name: string) => boolean): RuleName {
  if (wasGiven('rule')) return rule;
  if (strategy === 'f-hyperband') return 'srm';
  if (!isSource(strategy)) return 'none';
  return OF_SRM.some(wasGiven) ? 'srm' : rule;
}

/** `--set` keys of strategies. */
export const strategyShape = {
  ...sourceShape,
  eta: z.coerce.number().gt(1).default(3).describe('sh, hyperband, f-hyperband, asha: the share 1 / eta of a rung goes on'),
  'first-rung': z.coerce.number().int().min(1).optional().describe('sh, asha: epochs of the first rung; default: a twentieth of all'),
  runs: z.coerce.number().int().min(1).optional().describe('hyperband, f-hyperband: how often all brackets are played; default: until the trials are used up'),
} as const;

export type StrategySettings = z.infer<z.ZodObject<typeof strategyShape>>;
