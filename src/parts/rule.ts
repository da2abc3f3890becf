// From options to a stopping rule: the one place where a rule's name becomes an object.
import { z } from 'zod';
import type { Rng, StoppingRule } from '../core/index.js';
import type { CurveMetric } from '../data/index.js';
import { burnInFor, CHAIN_PARTICLES, ChainRule, createPredictor, CrossFittedPredictor, IEpochRule, LCE_SAMPLING, LceRule, MedianRule, NoRule, parseFeatureParts, SrmRule, unitInterval, type BurnIn, type CurvePredictor, type PredictorSettings, type SrmSolver, type SrmTarget, type TrainingRow } from '../predict/index.js';
import type { BurnInOption, RuleOptions } from './options.js';

/** What a regression can be asked for. */
export const TARGETS = ['auto', 'level', 'gain', 'rank'] as const satisfies readonly SrmTarget[];

/** `--set` keys of rules. */
export const ruleShape = {
  features: z.string().default('TS+AP+HP').describe('what a predictor sees: TS, AP, HP, PATHS joined by +'),
  scale: z.enum(['auto', 'raw']).default('auto').describe('auto: columns that span decades enter as log10'),
  target: z.enum(TARGETS).default('auto').describe('what is regressed: the final score (the paper), its gain over the last one seen, whichever of these leaves less out, or its rank'),
  i: z.coerce.number().int().min(1).optional().describe('i-epoch rule: epochs that every trial gets; default: a tenth of all'),
  k: z.coerce.number().int().min(1).default(20).describe('i-epoch rule: how many go on then'),
  folds: z.coerce.number().int().min(2).optional().describe('srm rule: read no run by a model that saw its own configuration: so many models, each fitted without a fold of them (for recorded sets whose rows come back)'),
  grace: z.coerce.number().int().min(1).default(1).describe('median rule: epochs that every trial gets'),
} as const;

export type RuleSettings = z.infer<z.ZodObject<typeof ruleShape>>;

export interface RuleContext {
  /** Called for rules that fit: the others work without the addon. */
  readonly openSolver: () => Promise<SrmSolver>;
  /** Called when the first net is fitted; absent where commands have none. */
  readonly openContext?: NonNullable<PredictorSettings['openContext']>;
  readonly rng: Rng;
  readonly pretrained?: readonly TrainingRow[];
  readonly metric?: CurveMetric;
  /** How many trials the search will see at most. */
  readonly trials: number;
  /** T. */
  readonly epochs: number;
}

const FITS_NATIVELY: readonly string[] = ['chain', 'lce'];

/** Throws UsageError where options do not go together. */
export async function ruleOf(options: RuleOptions, settings: RuleSettings, { openSolver, openContext, rng, pretrained, metric, trials, epochs }: RuleContext): Promise<StoppingRule> {
  const { rule, refit, srmMax, thaw, offset, deltaConfidence: confidence } = options;
  if (rule === 'none') return new NoRule();
  const burnIn = fullTrainings(options, trials);
  // Without the addon every fit would fail, and no trial would ever be stopped: say so now.
  if (FITS_NATIVELY.includes(rule)) await openSolver();
  if (rule === 'median') return new MedianRule({ burnIn, grace: settings.grace });
  if (rule === 'lce') return new LceRule({ confidence, shares: LCE_SHARES, unit: unitInterval(metric), sampling: LCE_SAMPLING }, rng);
  if (rule === 'i-epoch') return new IEpochRule({ i: settings.i ?? Math.max(1, Math.floor(epochs / 10)), k: settings.k });
  if (rule === 'chain') return new ChainRule({ confidence, offset, thaw, features: parseFeatureParts(settings.features), burnIn: chainBurnIn(options.burnIn, trials), particles: CHAIN_PARTICLES }, rng);
  const predictor = await predictorOf(options, settings, { openSolver, metric, ...(openContext === undefined ? {} : { openContext }) });
  const known = pretrained === undefined || pretrained.length === 0 ? {} : { pretrained };
  return new SrmRule(predictor, { burnIn, confidence, offset, refit, srmMax, thaw, ...known }, rng);
}

/** What `--model` names, with the options of rules. */
export async function predictorOf({ model, sigma, draws }: RuleOptions, { features, scale, target, folds }: RuleSettings, { openSolver, openContext, metric }: Pick<RuleContext, 'openSolver' | 'openContext'> & { readonly metric: CurveMetric | undefined }): Promise<CurvePredictor> {
  const predictor = createPredictor(model, { features: parseFeatureParts(features), scale, sigma, target, draws, solver: await openSolver(), ...(openContext === undefined ? {} : { openContext }), ...(metric === undefined ? {} : { metric }) });
  return folds === undefined ? predictor : new CrossFittedPredictor(predictor, folds);
}

/** Shares of the curve at which the lce rule looks: a look takes a fifth of a second and more. */
const LCE_SHARES = [0.25, 0.5, 0.75] as const;

/** The SRM rule's default is that of a search of 40 to 80 trials. */
const USUAL_BURN_IN = 14;
const USUAL_MEDIAN_BURN_IN = 5;

/** Full trainings that a rule needs before its first freeze. */
export function fullTrainings({ rule, burnIn }: Pick<RuleOptions, 'rule' | 'burnIn'>, trials: number): number {
  if (rule === 'none') return trials;
  if (rule === 'i-epoch') return 0;
  if (rule === 'lce') return 1;
  if (rule === 'chain') {
    const { best, random } = chainBurnIn(burnIn, trials);
    return best + random;
  }
  if (burnIn === undefined) return rule === 'median' ? USUAL_MEDIAN_BURN_IN : USUAL_BURN_IN;
  return typeof burnIn === 'number' ? burnIn : burnIn.best + burnIn.random;
}

/** A plain number: two thirds of it the best. */
export function chainBurnIn(asked: BurnInOption | undefined, trials: number): BurnIn {
  const usual = burnInFor(trials);
  if (asked === undefined) return usual;
  const { best, random } = typeof asked === 'number' ? { best: Math.ceil((2 * asked) / 3), random: Math.floor(asked / 3) } : asked;
  return { scouts: Math.max(usual.scouts, best + random), best, random };
}
