// `--set KEY=VALUE` of `train`: a hyper-parameter by its name, or one of the few settings of data and machine. Text in, checked
// values out.
import { z } from 'zod';
import { UsageError } from '../../core/index.js';
import { checkedSettings, listing } from '../settings.js';
import { TUNE_MODES } from '../tune/tuning.js';

const count = z.coerce.number().int().min(1).optional();

const shape = {
  'train-size': count.describe('training images; default: all but the validation images'),
  'validation-size': count.describe('images that judge an epoch; default: a tenth of the training images, or all of val/'),
  'image-size': count.describe('side of the square that a network sees, of a folder of images; default: what the first image has, at most 64'),
  'short-side': count.describe('a folder\'s images are scaled to this short side before the middle is cut out; default: image-size x 8/7'),
  channels: z.enum(['1', '3']).optional().describe('of a folder\'s images: 3 = colour, 1 = grey; default 3'),
  unreadable: z.enum(['fail', 'skip']).optional().describe('an image that cannot be decoded ends the run, or is left out and counted; default fail'),
  tokens: z.enum(['words', 'chars']).default('words').describe('what a text is cut into: words, chars'),
  vocabulary: z.coerce.number().int().min(2).optional().describe('the most tokens that a text\'s vocabulary keeps; default 10000'),
  tune: z.enum(TUNE_MODES).default('auto').describe('measure kernel variants for shapes not seen before: on, cached, off; auto: on for a GPU, cached on a software adapter'),
  adapter: z.string().min(1).optional().describe('a part of the adapter\'s name; default: what Dawn prefers'),
} as const;

export type RunSettings = z.infer<z.ZodObject<typeof shape>>;

export interface Settings {
  readonly run: RunSettings;
  /** As a candidate's `hp`: numbers by name. */
  readonly hp: Readonly<Record<string, number>>;
}

/** `known`: names of hyper-parameters; `isKnown` where there are more than a list can hold (of single layers). Throws UsageError on an unknown key or a value out of range, naming what would do. */
export function parseSettings(set: Readonly<Record<string, string>>, known: readonly string[], isKnown = (key: string): boolean => known.includes(key)): Settings {
  const of = (wanted: (key: string) => boolean): Record<string, string> => Object.fromEntries(Object.entries(set).filter(([key]) => wanted(key)));
  const unknown = Object.keys(set).find((key) => !(key in shape) && !isKnown(key));
  if (unknown !== undefined) throw new UsageError(`--set ${unknown}: expected one of\n${listing(shape)}\nor a hyper-parameter: ${known.join(', ')}`);
  const hp = Object.entries(of(isKnown)).map(([key, text]) => [key, numberOf(key, text)] as const);
  return { run: checkedSettings(shape, of((key) => key in shape)), hp: Object.fromEntries(hp) };
}

function numberOf(key: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`--set ${key}=${text}: expected a number`);
}
