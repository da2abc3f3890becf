// The settings behind `--set KEY=VALUE`: what few people change. Text in, checked values out.
import { z } from 'zod';
import { UsageError } from '../../core/index.js';
import { TUNE_MODES } from '../tune/tuning.js';

const count = (initial: number) => z.coerce.number().int().min(1).default(initial);

const shape = {
  'train-size': count(1500).describe('training images'),
  'validation-size': count(1000).describe('images that judge an epoch'),
  'batch-size': count(32).describe('images a step'),
  'max-blocks': count(3).describe('conv blocks of a net, at most'),
  'max-dense': z.coerce.number().int().min(0).default(1).describe('hidden dense layers, at most'),
  'max-flops': z.coerce.number().min(1).default(2e6).describe('cost of one image\'s forward pass, at most'),
  features: z.string().default('TS+AP+HP').describe('what a predictor sees: TS, AP, HP joined by +'),
  scale: z.enum(['auto', 'raw']).default('auto').describe('auto: columns that span decades enter as log10'),
  target: z.enum(['auto', 'level', 'gain']).default('auto').describe('what is regressed: the final score (the paper), its gain over the last one seen, or whichever leaves less out'),
  grace: count(1).describe('median rule: epochs that every trial gets'),
  tune: z.enum(TUNE_MODES).default('auto').describe('measure kernel variants for shapes not seen before: on, cached (use what was measured earlier), off; auto: on for a GPU, cached on a software adapter'),
  adapter: z.string().min(1).optional().describe('a part of the adapter\'s name'),
} as const;

const schema = z.strictObject(shape);

export type RestSettings = z.infer<typeof schema>;

/** Throws UsageError on an unknown key or a value out of range, naming what would do. */
export function parseRest(set: Readonly<Record<string, string>> = {}): RestSettings {
  const unknown = Object.keys(set).find((key) => !(key in shape));
  if (unknown !== undefined) throw new UsageError(`--set ${unknown}: expected one of\n${listing()}`);
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = String(issue?.path[0]);
  throw new UsageError(`--set ${key}=${set[key] ?? ''}: ${issue?.message ?? 'wrong value'} (${descriptionOf(key)})`);
}

function listing(): string {
  const initial = parseRest();
  return Object.keys(shape)
    .map((key) => `  ${key.padEnd(16)} ${descriptionOf(key)}; default ${String(initial[key as keyof RestSettings] ?? 'what Dawn prefers')}`)
    .join('\n');
}

function descriptionOf(key: string): string {
  return shape[key as keyof typeof shape].description ?? key;
}
