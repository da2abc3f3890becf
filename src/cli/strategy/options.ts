// The options of strategies, shared by every command that runs a study.
import { Option, type Command } from 'commander';
import { SOURCES, STRATEGIES } from '../../parts/index.js';
import { oneOf, shareOption, wholeNumber } from '../parsers.js';

export function addStrategyOption(command: Command): Command {
  const words = `what to try next, and for how long: ${STRATEGIES.join(', ')}`;
  return command
    .addOption(new Option('--strategy <strategy>', words).argParser(oneOf(STRATEGIES)).default('random'))
    .addOption(new Option('--source <source>', `what a strategy that only says for how long takes its candidates from: ${SOURCES.join(', ')}; default: random`).argParser(oneOf(SOURCES)))
    .option('--kappa <share>', 'f-hyperband: of a rung so many must reach its epochs before others are stopped', shareOption, 0.25)
    .option('--min-models <n>', 'f-hyperband: trainings to a rung\'s epochs before regressions judge there', wholeNumber(1), 100);
}
