// From options to a stopping rule: the one place where a rule's name becomes an object.
import { z } from 'zod';
import type { Rng, StoppingRule } from '../../core/index.js';
import type { CurveMetric } from '../../data/index.js';
import { createPredictor, MedianRule, NoRule, parseFeatureParts, SrmRule, type SrmSolver, type TrainingRow } from '../../predict/index.js';
import type { RuleOptions } from './options.js';

/** `--set` keys of rules. */
export const ruleShape = {
  features: z.string().default('TS+AP+HP').describe('what a predictor sees: TS, AP, HP joined by +'),
  scale: z.enum(['auto', 'raw']).default('auto').describe('auto: columns that span decades enter as log10'),
  target: z.enum(['auto', 'level', 'gain']).default('auto').describe('what is regressed: the final score (the paper), its gain over the last one seen, or whichever leaves less out'),
  grace: z.coerce.number().int().min(1).default(1).describe('median rule: epochs that every trial gets'),
} as const;

export type RuleSettings = z.infer<z.ZodObject<typeof ruleShape>>;

export interface RuleContext {
  /** Called for rules that fit: the others work without the addon. */
  readonly openSolver: () => Promise<SrmSolver>;
  readonly rng: Rng;
  readonly pretrained?: readonly TrainingRow[];
  readonly metric?: CurveMetric;
}

/** Throws UsageError where options do not go together. */
export async function ruleOf(options: RuleOptions, settings: RuleSettings, { openSolver, rng, pretrained, metric }: RuleContext): Promise<StoppingRule> {
  const { rule, burnIn, refit, srmMax, thaw, offset, sigma, draws, deltaConfidence: confidence } = options;
  if (rule === 'none') return new NoRule();
  if (rule === 'median') return new MedianRule({ burnIn, grace: settings.grace });
  const { scale, target } = settings;
  const about = metric === undefined ? {} : { metric };
  const predictor = createPredictor(options.model, { features: parseFeatureParts(settings.features), scale, sigma, target, draws, solver: await openSolver(), ...about });
  const known = pretrained === undefined || pretrained.length === 0 ? {} : { pretrained };
  return new SrmRule(predictor, { burnIn, confidence, offset, refit, srmMax, thaw, ...known }, rng);
}
