// The options of stopping rules, shared by every command that runs a study: names, checks, and each command's own defaults.
import { Option, type Command } from 'commander';
import { PREDICTOR_KINDS, SIGMA_KINDS, type SigmaKind } from '../../predict/index.js';
import { oneOf, onOff, realNumber, wholeNumber } from '../parsers.js';

export const RULES = ['srm', 'median', 'none'] as const;
export type RuleName = (typeof RULES)[number];

export interface RuleOptions {
  readonly rule: RuleName;
  readonly model: string;
  readonly deltaConfidence: number;
  readonly offset: number;
  readonly nth: number;
  readonly sigma: SigmaKind;
  readonly burnIn: number;
  readonly refit: boolean;
  readonly thaw: boolean;
  readonly srmMax: number;
  readonly draws: number;
}

export function addRuleOptions(command: Command, defaults: RuleOptions): Command {
  const d = defaults;
  return command
    .addOption(new Option('--rule <rule>', `when to stop a trial: ${RULES.join(', ')}`).argParser(oneOf(RULES)).default(d.rule))
    .addOption(new Option('--model <kind>', `predictor of the srm rule: ${PREDICTOR_KINDS.join(', ')}`).argParser(oneOf(PREDICTOR_KINDS)).default(d.model))
    .option('--delta-confidence <p>', 'freeze at this probability of not passing the bar (Delta)', realNumber({ above: 0.5, below: 1 }), d.deltaConfidence)
    .option('--offset <y>', 'lower the bar by so much (delta)', realNumber({ from: 0 }), d.offset)
    .option('--nth <n>', 'the bar is the n-th best fully trained trial', wholeNumber(1), d.nth)
    .addOption(new Option('--sigma <kind>', `spread of a prediction: ${SIGMA_KINDS.join(', ')}`).argParser(oneOf(SIGMA_KINDS)).default(d.sigma))
    .option('--burn-in <n>', 'fully trained trials before the first freeze', wholeNumber(1), d.burnIn)
    .addOption(new Option('--refit <on|off>', 'fit again as more trials are trained').argParser(onOff).default(d.refit, d.refit ? 'on' : 'off'))
    .addOption(new Option('--thaw <on|off>', 'let frozen trials go on where a refit takes back the case against them').argParser(onOff).default(d.thaw, d.thaw ? 'on' : 'off'))
    .option('--srm-max <n>', 'train a predictor on at most so many trials', wholeNumber(1), d.srmMax)
    .option('--draws <n>', 'hyper-parameter draws a predictor', wholeNumber(1), d.draws);
}
