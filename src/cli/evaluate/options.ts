// The options of `evaluate`: names, checks, defaults. Lists make a cell for each combination.
import { Option, type Command } from 'commander';
import { parseThinning, type Thinning } from '../../data/index.js';
import { parseFeatureParts, PREDICTOR_KINDS, SIGMA_KINDS, type FeaturePart, type SigmaKind } from '../../predict/index.js';
import { listOf } from '../lists.js';
import { keyValue, oneOf, realNumber, wholeNumber } from '../parsers.js';

export interface EvaluateCommand {
  readonly curves: readonly string[];
  readonly model: readonly string[];
  readonly at: readonly number[];
  readonly train: number;
  readonly repeats: number;
  readonly features: readonly (readonly FeaturePart[])[];
  readonly testOn?: string;
  readonly draws: number;
  readonly sigma: SigmaKind;
  readonly deltaConfidence: number;
  readonly seed: number;
  readonly thin?: Thinning;
  readonly curvesDir?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly json?: true | string;
}

export function addEvaluateOptions(command: Command): Command {
  return command
    .requiredOption('--curves <set,...>', 'curve sets: names of ready manifests or paths', listOf((text) => text))
    .addOption(new Option('--model <kind,...>', `predictors: ${PREDICTOR_KINDS.join(', ')}`).argParser(listOf(oneOf(PREDICTOR_KINDS))).default(['svr-rbf'], 'svr-rbf'))
    .option('--at <f,...>', 'share of the curve that is seen; 0 = no point of it', listOf(realNumber({ from: 0, below: 1 })), [0.25])
    .option('--train <n>', 'fully trained curves to learn from', wholeNumber(2), 100)
    .option('--repeats <n>', 'draws of the training curves', wholeNumber(1), 10)
    .option('--features <parts,...>', 'what a regression sees: TS (curve), AP (architecture), HP (hyper-parameters), PATHS (of its operations), joined by +', listOf(parseFeatureParts), [parseFeatureParts('TS+AP+HP')])
    .option('--test-on <set>', 'predict the curves of another set with the models of the first')
    .option('--draws <n>', 'hyper-parameter draws a regression', wholeNumber(1), 200)
    .addOption(new Option('--sigma <kind>', `spread of a prediction: ${SIGMA_KINDS.join(', ')}`).argParser(oneOf(SIGMA_KINDS)).default('loo'))
    .option('--delta-confidence <p>', 'count what a rule at this Delta would stop, and stop wrongly', realNumber({ above: 0.5, below: 1 }), 0.95)
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber(0), 1)
    .option('--thin <rows[,step]>', 'use at most so many rows, and every so-manieth epoch', parseThinning)
    .option('--curves-dir <folder>', 'where curve files and manifests are sought first')
    .option('--set <key=value>', 'a further setting, repeatable; an unknown KEY lists them all', keyValue)
    .option('--json [file]', 'one JSON line a cell; to standard output without a file');
}
