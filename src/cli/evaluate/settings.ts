// `--set KEY=VALUE` of `evaluate`: text in, checked values out.
import { z } from 'zod';
import { checkedSettings } from '../settings.js';

const shape = {
  target: z.enum(['auto', 'level', 'gain', 'rank']).default('auto').describe('what a regression predicts: the final score (level, the paper\'s), what is gained over the last score seen (gain), the better of the two a tau (auto), the normal quantile of the score\'s rank (rank: where a few failed runs are far below the rest)'),
  scale: z.enum(['auto', 'raw']).default('auto').describe('columns that span a factor of ten enter as logarithms (auto), or as they are (raw)'),
  curves: z.coerce.number().int().min(2).optional().describe('test on at most so many curves; default: all, 100 for lce and lcnet'),
  noise: z.coerce.number().min(0).default(0).describe('a worse predictor on purpose: predictions get a normal error of so many of their standard deviations'),
  samples: z.coerce.number().int().min(2).optional().describe('lce: samples a walker, the first fifth dropped; default: 2500'),
  steps: z.coerce.number().int().min(1).optional().describe('lcnet: steps of its chain over the training curves; default: 50000'),
  members: z.coerce.number().int().min(2).optional().describe('mlp, gcn: nets of an ensemble, each trained without its share of the rows; default: 5'),
  netEpochs: z.coerce.number().int().min(1).optional().describe('mlp, gcn: epochs at 156 rows, fewer for more; default: 100'),
  loss: z.enum(['squares', 'pairs']).optional().describe('mlp, gcn: squared error (squares, the default), or the order of pairs alone (pairs)'),
  runSteps: z.coerce.number().int().min(1).optional().describe('lcnet: steps of its continuation with each curve to predict; default: 1000'),
} as const;

export type EvaluateSettings = z.infer<z.ZodObject<typeof shape>>;

/** Throws UsageError on an unknown key or a value out of range, naming what would do. */
export function evaluateSettings(set: Readonly<Record<string, string>> | undefined): EvaluateSettings {
  return checkedSettings(shape, set ?? {});
}
