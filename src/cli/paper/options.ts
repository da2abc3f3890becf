// The options of `paper`.
import type { Command } from 'commander';
import { wholeNumber } from '../parsers.js';

export interface PaperCommand {
  readonly out: string;
  readonly curvesDir?: string;
  readonly quick?: true;
  readonly seed: number;
  readonly json?: true | string;
}

export function addPaperOptions(command: Command): Command {
  return command
    .requiredOption('--out <folder>', 'where page and results go; what was measured there before is not measured again')
    .option('--curves-dir <folder>', 'where the authors\' curve files are sought first')
    .option('--quick', 'fewer draws, repeats and orderings: minutes instead of an hour')
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber(0), 1)
    .option('--json [file]', 'one JSON line a measurement; to standard output without a file');
}
