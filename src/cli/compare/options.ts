// The options of `compare`: which sets, which rules, how many orderings.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { parseThinning, type Thinning } from '../../data/index.js';
import { listOf } from '../lists.js';
import { wholeNumber } from '../parsers.js';
import { COMPARED_RULES } from './entries.js';

export interface CompareCommand {
  readonly curves: readonly string[];
  readonly rules: readonly string[];
  readonly orderings: number;
  readonly thin?: Thinning;
  readonly seed: number;
  readonly parallel: number;
  readonly curvesDir?: string;
  readonly out: string;
  readonly json?: true | string;
}

export function addCompareOptions(command: Command): Command {
  return command
    .requiredOption('--curves <set,...>', 'curve sets: names of ready manifests or paths', listOf((text) => text))
    .option('--rules <rule,...>', `rules and pool strategies, each over settings of its own: ${COMPARED_RULES.join(', ')}; default: all`, listOf((text) => text), [...COMPARED_RULES])
    .option('--orderings <n>', 'random orders of the configurations', wholeNumber(1), 5)
    .option('--thin <rows[,step]>', 'search over at most so many rows, and every so-manieth epoch', parseThinning)
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber(0), 1)
    .option('--parallel <n>', 'processes that share the work', wholeNumber(1), availableParallelism())
    .option('--curves-dir <folder>', 'where curve files and manifests are sought first')
    .option('--out <file>', 'where the page goes; what was measured lies beside it as .jsonl and is not measured again', 'compare.html')
    .option('--json [file]', 'one JSON line a replay, the table last; to standard output without a file');
}
