// What `train` says on standard output: the curve, a line an epoch as it comes, and the end. Lines of JSON where they are asked for.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Json } from '../../core/index.js';
import { writing } from '../files.js';
import type { Terminal } from '../terminal.js';
import type { TrainedEpoch } from './checkpoint-file.js';
import type { Job } from './job.js';

export interface Printer {
  epoch(epoch: TrainedEpoch): void;
  summary(summary: Readonly<Record<string, Json>>, lines: readonly string[]): void;
}

export function openPrinter(json: true | string | undefined, job: Pick<Job, 'score' | 'amount'>, terminal: Terminal): Printer {
  if (json === undefined) return table(job, (line) => terminal.out(line));
  if (json === true) return jsonLines(job, (line) => terminal.out(line), (lines) => lines.forEach((line) => terminal.err(line)));
  const file = writing(json, '--json', () => openSync(json, 'w'));
  const write = (line: string): void => void writing(json, '--json', () => writeSync(file, `${line}\n`));
  const words = table(job, (line) => terminal.out(line));
  const lines = jsonLines(job, write, () => closeSync(file));
  return {
    epoch(epoch) {
      lines.epoch(epoch);
      words.epoch(epoch);
    },
    summary(summary, end) {
      lines.summary(summary, end);
      words.summary(summary, end);
    },
  };
}

function table({ score, amount }: Pick<Job, 'score' | 'amount'>, write: (line: string) => void): Printer {
  let headed = false;
  return {
    epoch({ epoch, value, seconds, metrics }) {
      if (!headed) write(`epoch  train loss  ${score.name.padStart(10)}   seconds  ${amount.unit}/s`);
      headed = true;
      const loss = lossOf(metrics);
      write(`${String(epoch).padStart(5)}  ${(Number.isNaN(loss) ? '-' : loss.toFixed(4)).padStart(10)}  ${figure(score.shown(value)).padStart(10)}  ${seconds.toFixed(2).padStart(8)}  ${rateOf(amount.count, seconds).padStart(amount.unit.length + 2)}`);
    },
    summary: (_, lines) => lines.forEach((line) => write(line)),
  };
}

function jsonLines({ score, amount }: Pick<Job, 'score' | 'amount'>, write: (line: string) => void, end: (lines: readonly string[]) => void): Printer {
  return {
    epoch: ({ epoch, value, seconds, metrics }) =>
      write(JSON.stringify({ type: 'epoch', epoch, train_loss: lossOf(metrics), ...metrics, [`validation_${score.name}`]: score.shown(value), seconds, [`${amount.unit}_per_second`]: seconds > 0 ? amount.count / seconds : null })),
    summary(summary, lines) {
      write(JSON.stringify({ type: 'summary', ...summary }));
      end(lines);
    },
  };
}

/** A language runner says perplexities alone; NaN (null in JSON) where a runner says neither. */
function lossOf(metrics: TrainedEpoch['metrics']): number {
  return metrics['train_loss'] ?? Math.log(metrics['train_perplexity'] ?? NaN);
}

export function figure(value: number): string {
  return value >= 10 ? value.toFixed(2) : value.toFixed(4);
}

function rateOf(count: number, seconds: number): string {
  return seconds > 0 ? String(Math.round(count / seconds)) : '-';
}
