// The strategies that commands offer, by name, and the settings that they share.
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { oneOf } from '../parsers.js';
import type { RuleOptions } from '../rule/options.js';

export const STRATEGIES = ['random', 'sh', 'hyperband', 'asha', 'freeze-thaw'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export function addStrategyOption(command: Command): Command {
  const words = 'what to try next: random, sh (successive halving), hyperband, asha, freeze-thaw';
  return command.addOption(new Option('--strategy <strategy>', words).argParser(oneOf(STRATEGIES)).default('random'));
}

/** Strategies that stop runs by themselves go without a rule, and freeze-thaw predicts by the chain, unless the command line says otherwise. */
export function suited<T extends RuleOptions & { readonly strategy: StrategyName }>(options: T, wasGiven: (name: string) => boolean): T {
  const rule = wasGiven('rule') || options.strategy === 'random' ? options.rule : 'none';
  const model = wasGiven('model') || options.strategy !== 'freeze-thaw' ? options.model : 'chain';
  return { ...options, rule, model };
}

/** `--set` keys of strategies. */
export const strategyShape = {
  eta: z.coerce.number().gt(1).default(3).describe('sh, hyperband, asha: the share 1 / eta of a rung goes on'),
  'first-rung': z.coerce.number().int().min(1).optional().describe('sh, asha: epochs of the first rung; default: a twentieth of all'),
  runs: z.coerce.number().int().min(1).optional().describe('hyperband: how often all brackets are played; default: until the trials are used up'),
} as const;

export type StrategySettings = z.infer<z.ZodObject<typeof strategyShape>>;
