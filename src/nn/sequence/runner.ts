// Trains the language models of a search on one device. Scores are negative losses on the validation text, in nats a token:
// larger is better, and exp(-score) is the perplexity.
import { CheckpointError, type Clock, isLanguageModel, type Runner, type RunnerEpoch, systemClock, type Task, TrialError } from '../../core/index.js';
import type { TokenText } from '../../data/index.js';
import type { OpContext } from '../../ops/index.js';
import { asTrial } from '../failure.js';
import { SharedTime } from '../shared-time.js';
import { beginLanguageTraining } from './begin.js';
import { languageSettings } from './settings.js';
import type { LanguageEpoch, LanguageTraining } from './training.js';

export interface LanguageRunnerOptions {
  readonly context: OpContext;
  readonly train: TokenText;
  readonly validation: TokenText;
  /** Of first weights and dropout; a trial's own seed is this and its number. */
  readonly seed: number | string;
  readonly clock?: Clock;
  /** The most that one trial's network may take, in bytes. */
  readonly maxBytes?: number;
  /** Runs an epoch, once nobody measures on the device. */
  readonly during?: <T>(epoch: () => Promise<T>) => Promise<T>;
}

export class LanguageRunner implements Runner {
  private readonly time: SharedTime;

  constructor(private readonly options: LanguageRunnerOptions) {
    this.time = new SharedTime(options.clock ?? systemClock);
  }

  async *run(task: Task, { signal, checkpoint }: { signal: AbortSignal; checkpoint?: Uint8Array }): AsyncGenerator<RunnerEpoch, void, undefined> {
    if (signal.aborted) return;
    const training = await asTrial(() => this.begin(task, checkpoint));
    const { during = (work) => work() } = this.options;
    try {
      while (training.epochs < task.until && !signal.aborted) yield await during(() => this.epoch(training));
    } finally {
      training.release();
    }
  }

  private async begin({ candidate, trial, from }: Task, checkpoint: Uint8Array | undefined): Promise<LanguageTraining> {
    const { context, train, validation, seed, maxBytes } = this.options;
    const { architecture: model, hp } = candidate;
    if (model === null || !isLanguageModel(model)) throw new TrialError('invalid', `candidate: expected a language model to train, got ${model === null ? 'null' : 'an image architecture'}; a space for this runner proposes one`);
    if (from && !checkpoint) throw new CheckpointError(`trial ${trial}: expected the bytes of checkpoint ${from.key} to go on from epoch ${from.epoch}, got none`);
    const training = await beginLanguageTraining(context, {
      model, settings: languageSettings(hp), seed: `${seed}/trial/${trial}`, train, validation,
      ...(from && checkpoint ? { checkpoint } : {}),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    if (!from || training.epochs === from.epoch) return training;
    training.release();
    throw new CheckpointError(`trial ${trial}: expected a checkpoint of epoch ${from.epoch}, got one of epoch ${training.epochs}; the store returned another trial's bytes`);
  }

  private async epoch(training: LanguageTraining): Promise<RunnerEpoch> {
    const { result, seconds } = await this.time.during(() => asTrial(() => training.epoch()));
    return { ...reportOf(result), seconds, snapshot: () => training.snapshot() };
  }
}

function reportOf({ epoch, train, validation }: LanguageEpoch): Pick<RunnerEpoch, 'epoch' | 'value' | 'metrics'> {
  const metrics = { train_perplexity: train.perplexity, validation_perplexity: validation.perplexity, validation_accuracy: validation.accuracy };
  return { epoch, value: -validation.loss, metrics };
}
