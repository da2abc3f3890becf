// The srm rule as a user of the library gives it: deviations from its defaults, as plain data.
import { z } from 'zod';
import { conforming, createRng, strict, UsageError, whole, type StoppingRule } from '../core/index.js';
import { FEATURE_PARTS, nativeInfo, nativeSolver, SIGMA_KINDS, SRM_KINDS, SrmPredictor, SrmRule, srmRuleDefaults, type FeaturePart, type SigmaKind, type SrmKind, type SrmRuleOptions, type SrmTarget, type TrainingRow } from '../predict/index.js';
import { withoutGaps } from './given.js';
import { TARGETS } from './rule.js';

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

/** Which burn-in, confidence and offset make sense the rule says itself. */
const SETTINGS = strict({
  model: z.enum(SRM_KINDS).default('svr-rbf'),
  features: z.array(z.enum(FEATURE_PARTS)).min(1).default(['TS', 'AP', 'HP']),
  sigma: z.enum(SIGMA_KINDS).default('loo'),
  target: z.enum(TARGETS).default('auto'),
  draws: whole(1).default(200),
  burnIn: z.number().default(srmRuleDefaults.burnIn),
  confidence: z.number().default(srmRuleDefaults.confidence),
  offset: z.number().default(srmRuleDefaults.offset),
  refit: z.boolean().default(srmRuleDefaults.refit),
  srmMax: z.number().default(srmRuleDefaults.srmMax),
  thaw: z.boolean().default(srmRuleDefaults.thaw),
  pretrained: z.array(z.custom<TrainingRow>()).exactOptional(),
} satisfies { readonly [key in keyof Required<SrmSettings>]: z.ZodType });

/** Throws UsageError on an unknown name or a wrong value. */
export function srmRule(settings: SrmSettings, seed: number): StoppingRule {
  const { model: kind, features, sigma, target, draws, ...options } = conforming(SETTINGS, withoutGaps(settings), 'createStudy: rule', UsageError);
  nativeInfo();
  const predictor = new SrmPredictor({ kind, features, scale: 'auto', sigma, target, draws, solver: nativeSolver });
  return new SrmRule(predictor, options, createRng(seed).fork('rule'));
}
