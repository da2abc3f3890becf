// The settings behind `--set KEY=VALUE`: what few people change. Text in, checked values out.
import { z } from 'zod';
import { ruleShape, strategyShape } from '../../parts/index.js';
import { checkedSettings } from '../settings.js';
import { TUNE_MODES } from '../tune/tuning.js';

const count = (initial: number) => z.coerce.number().int().min(1).default(initial);

const shape = {
  'train-size': count(1500).describe('training images'),
  'validation-size': count(1000).describe('images that judge an epoch'),
  'batch-size': count(32).describe('images a step'),
  shrink: count(1).describe('images become smaller: each pixel the mean of a block of so many a side'),
  tokens: z.enum(['words', 'chars']).default('words').describe('what a text is cut into: words, chars'),
  vocabulary: z.coerce.number().int().min(2).default(10_000).describe('the most tokens that a text\'s vocabulary keeps'),
  'train-tokens': z.coerce.number().int().min(2).optional().describe('train on the beginning of a text; default: all of its training part'),
  'validation-tokens': z.coerce.number().int().min(2).optional().describe('judge by the beginning of its validation part; default: all of it'),
  'max-blocks': count(3).describe('conv blocks of a net, at most'),
  'max-dense': z.coerce.number().int().min(0).default(1).describe('hidden dense layers, at most'),
  'max-flops': z.coerce.number().min(1).default(2e6).describe('cost of one image\'s forward pass, at most'),
  depth: count(18).describe('metaqnn: layers before the softmax, at most'),
  channels: count(8).describe('nasbench201: channels of the first stage'),
  cells: count(1).describe('nasbench201: cells a stage'),
  ...ruleShape,
  ...strategyShape,
  tune: z.enum(TUNE_MODES).default('auto').describe('measure kernel variants for shapes not seen before: on, cached (use what was measured earlier), off; auto: on for a GPU, cached on a software adapter'),
  adapter: z.string().min(1).optional().describe('a part of the adapter\'s name'),
} as const;

export type RestSettings = z.infer<z.ZodObject<typeof shape>>;

/** Throws UsageError on an unknown key or a value out of range, naming what would do. */
export function parseRest(set: Readonly<Record<string, string>> = {}): RestSettings {
  return checkedSettings(shape, set);
}
