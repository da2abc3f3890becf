// The options of stopping rules, shared by every command that runs a study: names, checks, and each command's own defaults.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { RULES, type BurnInOption, type RuleOptions } from '../../parts/index.js';
import { PREDICTOR_KINDS, SIGMA_KINDS } from '../../predict/index.js';
import { oneOf, onOff, realNumber, wholeNumber } from '../parsers.js';

export function addRuleOptions(command: Command, defaults: RuleOptions): Command {
  const d = defaults;
  return command
    .addOption(new Option('--rule <rule>', `when to stop a trial: ${RULES.join(', ')}`).argParser(oneOf(RULES)).default(d.rule))
    .addOption(new Option('--model <kind>', `predictor of the srm rule: ${PREDICTOR_KINDS.join(', ')}`).argParser(oneOf(PREDICTOR_KINDS)).default(d.model))
    .option('--delta-confidence <p>', 'freeze at this probability of not passing the bar (Delta)', realNumber({ above: 0.5, below: 1 }), d.deltaConfidence)
    .option('--offset <y>', 'lower the bar by so much (delta)', realNumber({ from: 0 }), d.offset)
    .option('--nth <n>', 'the bar is the n-th best fully trained trial', wholeNumber(1), d.nth)
    .addOption(new Option('--sigma <kind>', `spread of a prediction: ${SIGMA_KINDS.join(', ')}`).argParser(oneOf(SIGMA_KINDS)).default(d.sigma))
    .option('--burn-in <n|best+random>', 'fully trained trials before the first freeze; of the chain rule: the best and some random ones of a first look', burnIn, d.burnIn)
    .addOption(new Option('--refit <on|off>', 'fit again as more trials are trained').argParser(onOff).default(d.refit, d.refit ? 'on' : 'off'))
    .addOption(new Option('--thaw <on|off>', 'let frozen trials go on where a refit takes back the case against them').argParser(onOff).default(d.thaw, d.thaw ? 'on' : 'off'))
    .option('--srm-max <n>', 'train a predictor on at most so many trials', wholeNumber(1), d.srmMax)
    .option('--draws <n>', 'hyper-parameter draws a predictor', wholeNumber(1), d.draws);
}

function burnIn(text: string): BurnInOption {
  const parts = text.split('+').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const [best = NaN, random] = parts;
  if (parts.length > 2 || parts.some(Number.isNaN) || best < 1) throw new InvalidArgumentError('Expected a whole number of at least 1, or two such as 10+5.');
  return random === undefined ? best : { best, random };
}
