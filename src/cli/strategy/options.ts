// The strategies that commands offer, by name, and the settings that they share.
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { oneOf, shareOption, wholeNumber } from '../parsers.js';
import type { RuleOptions } from '../rule/options.js';
import { isSource, SOURCES, sourceShape, type SourceName } from './sources.js';

/** Sources first: as a strategy each of them trains what it proposes to the end. */
export const STRATEGIES = [...SOURCES, 'sh', 'hyperband', 'f-hyperband', 'asha', 'freeze-thaw'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export interface StrategyOptions {
  readonly strategy: StrategyName;
  readonly source?: SourceName;
  readonly kappa: number;
  readonly minModels: number;
}

export function addStrategyOption(command: Command): Command {
  const words = `what to try next, and for how long: ${STRATEGIES.join(', ')}`;
  return command
    .addOption(new Option('--strategy <strategy>', words).argParser(oneOf(STRATEGIES)).default('random'))
    .addOption(new Option('--source <source>', `what a strategy that only says for how long takes its candidates from: ${SOURCES.join(', ')}; default: random`).argParser(oneOf(SOURCES)))
    .option('--kappa <share>', 'f-hyperband: of a rung so many must reach its epochs before others are stopped', shareOption, 0.25)
    .option('--min-models <n>', 'f-hyperband: trainings to a rung\'s epochs before regressions judge there', wholeNumber(1), 100);
}

/** Strategies that stop runs by themselves go without a rule, and freeze-thaw predicts by the chain, unless the command line says otherwise. */
export function suited<T extends RuleOptions & StrategyOptions>(options: T, wasGiven: (name: string) => boolean): T {
  if (options.strategy === 'f-hyperband') return wasGiven('burnIn') ? options : { ...options, burnIn: options.minModels };
  const rule = wasGiven('rule') || isSource(options.strategy) ? options.rule : 'none';
  const deltaConfidence = wasGiven('deltaConfidence') || options.strategy !== 'freeze-thaw' ? options.deltaConfidence : 0.98;
  const model = wasGiven('model') || options.strategy !== 'freeze-thaw' ? options.model : 'chain';
  return { ...options, rule, model, deltaConfidence };
}

/** `--set` keys of strategies. */
export const strategyShape = {
  ...sourceShape,
  eta: z.coerce.number().gt(1).default(3).describe('sh, hyperband, f-hyperband, asha: the share 1 / eta of a rung goes on'),
  'first-rung': z.coerce.number().int().min(1).optional().describe('sh, asha: epochs of the first rung; default: a twentieth of all'),
  runs: z.coerce.number().int().min(1).optional().describe('hyperband, f-hyperband: how often all brackets are played; default: until the trials are used up'),
} as const;

export type StrategySettings = z.infer<z.ZodObject<typeof strategyShape>>;
