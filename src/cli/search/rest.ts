// The settings behind `--set KEY=VALUE`: what few people change. Text in, checked values out.
import { z } from 'zod';
import { ruleShape } from '../rule/make.js';
import { checkedSettings } from '../settings.js';
import { TUNE_MODES } from '../tune/tuning.js';

const count = (initial: number) => z.coerce.number().int().min(1).default(initial);

const shape = {
  'train-size': count(1500).describe('training images'),
  'validation-size': count(1000).describe('images that judge an epoch'),
  'batch-size': count(32).describe('images a step'),
  'max-blocks': count(3).describe('conv blocks of a net, at most'),
  'max-dense': z.coerce.number().int().min(0).default(1).describe('hidden dense layers, at most'),
  'max-flops': z.coerce.number().min(1).default(2e6).describe('cost of one image\'s forward pass, at most'),
  ...ruleShape,
  tune: z.enum(TUNE_MODES).default('auto').describe('measure kernel variants for shapes not seen before: on, cached (use what was measured earlier), off; auto: on for a GPU, cached on a software adapter'),
  adapter: z.string().min(1).optional().describe('a part of the adapter\'s name'),
} as const;

export type RestSettings = z.infer<z.ZodObject<typeof shape>>;

/** Throws UsageError on an unknown key or a value out of range, naming what would do. */
export function parseRest(set: Readonly<Record<string, string>> = {}): RestSettings {
  return checkedSettings(shape, set);
}
