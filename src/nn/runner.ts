// Trains the trials of a search on one device, several at a time if its caller likes: the images are uploaded once, a trial
// has its own network and nothing else is shared. Scores are validation accuracies.
import { CheckpointError, type Clock, DataError, isLanguageModel, type Runner, type RunnerEpoch, systemClock, type Task, TrialError } from '../core/index.js';
import { type ImageSet, type ImageStream, isStream, moments, type Moments } from '../data/index.js';
import type { OpContext } from '../ops/index.js';
import { beginTraining } from './begin-training.js';
import { asTrial } from './failure.js';
import { feedOf } from './feeds.js';
import { trainSettings } from './hyper.js';
import type { ImageFeed } from './image-feed.js';
import { SharedTime } from './shared-time.js';
import type { EpochResult, Training } from './training.js';

export interface TrainRunnerOptions {
  readonly context: OpContext;
  readonly train: ImageSet | ImageStream;
  readonly validation: ImageSet | ImageStream;
  /** What images are normalised with; default: those of the training set, which a stream cannot say without being read. */
  readonly moments?: Moments;
  /** Of first weights and orders; a trial's own seed is this and its number. */
  readonly seed: number | string;
  readonly clock?: Clock;
  /** The most that one trial's network may take, in bytes. */
  readonly maxBytes?: number;
  /** Runs an epoch, once nobody measures on the device. */
  readonly during?: <T>(epoch: () => Promise<T>) => Promise<T>;
}

export class TrainRunner implements Runner {
  /** What the training images were normalised with; a saved network needs it. */
  readonly moments: Moments;
  private readonly images: { readonly train: ImageFeed; readonly validation: ImageFeed };
  private readonly time: SharedTime;

  constructor(private readonly options: TrainRunnerOptions) {
    const { context, train, validation, clock = systemClock } = options;
    this.time = new SharedTime(clock);
    this.moments = options.moments ?? momentsOf(train);
    const uploaded = feedOf(context.device, train, this.moments);
    try {
      this.images = { train: uploaded, validation: feedOf(context.device, validation, this.moments) };
    } catch (error) {
      uploaded.release();
      throw error;
    }
  }

  async *run(task: Task, { signal, checkpoint }: { signal: AbortSignal; checkpoint?: Uint8Array }): AsyncGenerator<RunnerEpoch, void, undefined> {
    if (signal.aborted) return;
    const training = await asTrial(() => this.begin(task, checkpoint));
    try {
      while (training.epochs < task.until && !signal.aborted) yield await this.epoch(training);
    } finally {
      training.release();
    }
  }

  /** Gives the images back. End all runs first. */
  release(): void {
    this.images.train.release();
    this.images.validation.release();
  }

  private async begin({ candidate, trial, from }: Task, checkpoint: Uint8Array | undefined): Promise<Training> {
    const { context, seed, maxBytes } = this.options;
    const { architecture, hp } = candidate;
    if (architecture === null || isLanguageModel(architecture)) throw new TrialError('invalid', `candidate: expected an architecture of image layers to train, got ${architecture === null ? 'null' : architecture.kind}; a space for this runner proposes one`);
    if (from && !checkpoint) throw new CheckpointError(`trial ${trial}: expected the bytes of checkpoint ${from.key} to go on from epoch ${from.epoch}, got none`);
    const training = await beginTraining(context, {
      architecture,
      settings: trainSettings(hp),
      seed: `${seed}/trial/${trial}`,
      ...this.images,
      ...(from && checkpoint ? { checkpoint } : {}),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    if (!from || training.epochs === from.epoch) return training;
    training.release();
    throw new CheckpointError(`trial ${trial}: expected a checkpoint of epoch ${from.epoch}, got one of epoch ${training.epochs}; the store returned another trial's bytes`);
  }

  private epoch(training: Training): Promise<RunnerEpoch> {
    const { during = (work) => work() } = this.options;
    return during(() => this.trainEpoch(training));
  }

  private async trainEpoch(training: Training): Promise<RunnerEpoch> {
    const { result, seconds } = await this.time.during(() => asTrial(() => training.epoch()));
    return { ...reportOf(result), seconds, snapshot: () => training.snapshot() };
  }
}

function momentsOf(train: ImageSet | ImageStream): Moments {
  if (!isStream(train)) return moments(train);
  throw new DataError(`${train.name}: expected the moments of a stream, got none; measure them first (streamMoments)`);
}

function reportOf({ epoch, train, validation }: EpochResult): Pick<RunnerEpoch, 'epoch' | 'value' | 'metrics'> {
  const metrics = { train_loss: train.loss, train_accuracy: train.accuracy, validation_loss: validation.loss };
  return { epoch, value: validation.accuracy, metrics };
}
