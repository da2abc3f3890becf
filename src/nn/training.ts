// One network in training. An epoch is one submit a step and, at its end, one readback of sixteen bytes a set.
// Bit for bit: order and rate of an epoch, and the number of a step, are functions of the epoch and the seed.
import { type Architecture, architectureHash, createRng, TrialError } from '../core/index.js';
import { order } from '../data/index.js';
import type { Tensor } from '../gpu/index.js';
import { lossStats, type LossStats, type OpContext } from '../ops/index.js';
import type { BatchProgram } from './batch-program.js';
import type { Graph } from './graph.js';
import type { TrainSettings } from './hyper.js';
import type { BatchFeed, ImageFeed } from './image-feed.js';
import type { NetworkMemory } from './memory.js';
import { updateParams } from './optimizer.js';
import { learningRateAt } from './schedule.js';
import { readState, writeState } from './trained-state.js';

export interface TrainingOptions {
  readonly architecture: Architecture;
  readonly settings: TrainSettings;
  /** Of first weights and orders. */
  readonly seed: string;
  readonly train: ImageFeed;
  /** Judged after each epoch. */
  readonly validation: ImageFeed;
  /** Where to go on from; absent = from first weights. */
  readonly checkpoint?: Uint8Array;
  /** The most that the network may take, in bytes; default 4 GiB. */
  readonly maxBytes?: number;
}

export interface EpochResult {
  readonly epoch: number;
  /** Mean over the epoch, each batch with the weights that it met. */
  readonly train: LossStats;
  readonly validation: LossStats;
}

export interface TrainingParts {
  readonly graph: Graph;
  readonly memory: NetworkMemory;
  readonly feeds: { readonly train: BatchFeed; readonly validation: BatchFeed };
  readonly stats: readonly [train: Tensor, validation: Tensor];
  readonly step: BatchProgram;
  readonly judge: BatchProgram;
}

export class Training {
  private step = 0;
  /** Seed of what is drawn on the device (dropout), u32. */
  private readonly draws: number;
  private trained = 0;

  /** Use `beginTraining`. */
  constructor(
    private readonly context: OpContext,
    private readonly options: TrainingOptions,
    private readonly parts: TrainingParts,
    /** Gives back everything; call it once, whatever happened. */
    readonly release: () => void,
  ) {
    this.draws = createRng(options.seed).fork('draws').int(2 ** 32);
  }

  /** Epochs trained so far, those before the checkpoint included. */
  get epochs(): number {
    return this.trained;
  }

  /** Bytes of buffers that this network takes; the data sets and the scratch of single kernels apart. */
  get bytes(): number {
    return this.parts.memory.bytes;
  }

  /** The program of one training step, for profiles. */
  get program(): BatchProgram {
    return this.parts.step;
  }

  /** Trains the next epoch and judges it. Throws a TrialError 'diverged' where a loss is not finite. */
  async epoch(): Promise<EpochResult> {
    const { stats } = this.parts;
    const epoch = await this.submitEpoch();
    await this.submitValidation();
    const [train, validation] = (await this.context.device.readAll(stats)).map(lossStats) as [LossStats, LossStats];
    requireFinite(epoch, 'training', train);
    requireFinite(epoch, 'validation', validation);
    return { epoch, train, validation };
  }

  /** Trains the next epoch without judging it. Throws as `epoch`. */
  async unjudgedEpoch(): Promise<LossStats> {
    const epoch = await this.submitEpoch();
    const train = lossStats(await this.context.device.read(this.parts.stats[0]));
    requireFinite(epoch, 'training', train);
    return train;
  }

  /** Everything that is needed to go on bit for bit from here. */
  async snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    const { architecture, settings } = this.options;
    const header = { architecture: architectureHash(architecture), optimizer: settings.optimizer, epoch: this.trained, step: this.step };
    return readState(this.context.device, this.parts.memory, header);
  }

  /** Sets weights, state and counters: from a checkpoint, or first ones. */
  load(checkpoint?: Uint8Array): void {
    const { architecture, settings, seed } = this.options;
    const { memory, graph } = this.parts;
    const expected = { architecture: architectureHash(architecture), optimizer: settings.optimizer };
    const { step, epoch } = writeState(this.context.device, memory, { layout: graph.layout, seed, expected, ...(checkpoint ? { checkpoint } : {}) });
    this.step = step;
    this.trained = epoch;
  }

  private async submitEpoch(): Promise<number> {
    const { device } = this.context;
    const { train, settings, seed } = this.options;
    const epoch = ++this.trained;
    device.clear(...this.parts.stats);
    const rate = learningRateAt(settings, epoch);
    const submit = (start: number, count: number, position: number): void => {
      this.step++;
      this.parts.step.run({ start, count, step: this.step, seed: this.draws, epoch, position }, updateParams(settings, rate, this.step));
    };
    await this.parts.feeds.train.walk(submit, order(seed, epoch, train.count) as Uint32Array<ArrayBuffer>);
    return epoch;
  }

  private submitValidation(): Promise<void> {
    const { judge, feeds } = this.parts;
    return feeds.validation.walk((start, count) => judge.run({ start, count }));
  }
}

function requireFinite(epoch: number, what: string, { loss, broken }: LossStats): void {
  if (Number.isFinite(loss) && broken === 0) return;
  throw new TrialError('diverged', `epoch ${epoch}: expected a finite ${what} loss, got ${loss} (${broken} images with a logit that is not finite); lower the learning rate`);
}
