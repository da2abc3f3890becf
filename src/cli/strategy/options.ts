// The strategies that commands offer, by name, and the settings that they share.
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { oneOf } from '../parsers.js';

export const STRATEGIES = ['random', 'sh', 'hyperband', 'asha'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export function addStrategyOption(command: Command): Command {
  const words = 'what to try next: random, sh (successive halving), hyperband, asha';
  return command.addOption(new Option('--strategy <strategy>', words).argParser(oneOf(STRATEGIES)).default('random'));
}

/** `--set` keys of strategies. */
export const strategyShape = {
  eta: z.coerce.number().gt(1).default(3).describe('sh, hyperband, asha: the share 1 / eta of a rung goes on'),
  'first-rung': z.coerce.number().int().min(1).optional().describe('sh, asha: epochs of the first rung; default: a twentieth of all'),
  runs: z.coerce.number().int().min(1).optional().describe('hyperband: how often all brackets are played; default: until the trials are used up'),
} as const;

export type StrategySettings = z.infer<z.ZodObject<typeof strategyShape>>;
