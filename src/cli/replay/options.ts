// The options of `replay`: those of rules, and what is replayed how often. Defaults are the paper's simulation: random arrivals, 100 burn in.
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseThinning, type Thinning } from '../../data/index.js';
import { addBudgetOption } from '../budget.js';
import { listOf } from '../lists.js';
import { keyValue, oneOf, shareOption, wholeNumber } from '../parsers.js';
import { RULES, type RuleName, type RuleOptions, type StrategyOptions } from '../../parts/index.js';
import { addRuleOptions } from '../rule/options.js';
import { addStrategyOption } from '../strategy/options.js';

export interface ReplayCommand extends RuleOptions, StrategyOptions {
  readonly curves: string;
  readonly orderings: number;
  /** Candidates to try at most; absent = all. */
  readonly trials?: number;
  /** T, where it is less than the set's. */
  readonly epochs?: number;
  /** Epochs in all at most: a share of all below 1, else so many. */
  readonly budget?: number;
  /** Share of a full training that all epochs before the last cost together. */
  readonly reading?: number;
  /** A second rule that each ordering is replayed under, too. */
  readonly against?: RuleName;
  /** A number of the set's own configurations, or a manifest. */
  readonly pretrained: number | string;
  readonly thin?: Thinning;
  readonly audit?: number;
  readonly seed: number;
  readonly parallel: number;
  /** These orderings alone, without a summary: what `spread` asks of its processes. */
  readonly only?: readonly number[];
  readonly curvesDir?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly json?: true | string;
}

export const replayDefaults: RuleOptions = {
  rule: 'srm', model: 'svr-rbf', deltaConfidence: 0.95, offset: 0, nth: 1, sigma: 'loo', refit: true, thaw: true, srmMax: 500, draws: 200,
};

export function addReplayOptions(command: Command): Command {
  addBudgetOption(addStrategyOption(command))
    .requiredOption('--curves <set>', 'a curve set: the name of a ready manifest, or the path of one')
    .option('--orderings <n>', 'random orders of the configurations', wholeNumber(1), 10)
    .option('--trials <n>', 'candidates to try at most; default: all', wholeNumber(1))
    .option('--epochs <n>', 'a full training is so many epochs (T); default: all that were recorded', wholeNumber(1))
    .option('--reading <share>', 'of a full training: what all epochs before the last cost together, where it is not (T - 1) / T', shareOption)
    .option('--pretrained <n|set|study>', 'fit on trainings from before, free of charge: so many drawn from the set and taken out of it, another set, or a study of yours', pretrained, 0)
    .option('--thin <rows[,step]>', 'search over at most so many rows, and every so-manieth epoch', parseThinning)
    .addOption(new Option('--against <rule>', 'replay each ordering under this rule, too, and state the paired differences').argParser(oneOf(RULES)))
    .option('--audit <f>', 'look a random share of the frozen up to their ends, and bound how many beat the winner', shareOption)
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber(0), 1)
    .option('--parallel <n>', 'processes that share the orderings', wholeNumber(1), availableParallelism())
    .addOption(new Option('--only <i,...>').argParser(listOf(wholeNumber(0))).hideHelp())
    .option('--curves-dir <folder>', 'where curve files and manifests are sought first');
  return addRuleOptions(command, replayDefaults)
    .option('--set <key=value>', 'a further setting, repeatable; an unknown KEY lists them all', keyValue)
    .option('--json [file]', 'one JSON line an ordering, the summary last; to standard output without a file');
}

function pretrained(text: string): number | string {
  if (text.trim() === '' || Number(text) < 0) throw new InvalidArgumentError('Expected a whole number, or the name of a curve set.');
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}
