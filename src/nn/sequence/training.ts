// A language model in training by truncated back-propagation through time: windows of T steps in reading order, the state
// carried from one to the next and zero at an epoch's start. One submit a window; one readback of sixteen bytes a text at an epoch's
// end. Bit for bit: a checkpoint is made between epochs, so states need not be kept.
import { createRng, networkHash, type LanguageModel } from '../../core/index.js';
import type { TextWindow, TokenText } from '../../data/index.js';
import type { Tensor } from '../../gpu/index.js';
import { lossStats, type LossStats, type OpContext } from '../../ops/index.js';
import { type BatchProgram, submitAhead } from '../batch-program.js';
import type { NetworkMemory } from '../memory.js';
import { updateParams } from '../optimizer.js';
import { learningRateAt } from '../schedule.js';
import { readState, writeState } from '../trained-state.js';
import type { DeviceText } from './device-text.js';
import type { LanguageGraph } from './graph.js';
import { requireFiniteLoss, textStats, type TextStats } from './perplexity.js';
import type { LanguageSettings } from './settings.js';

export interface LanguageTrainingOptions {
  readonly model: LanguageModel;
  readonly settings: LanguageSettings;
  /** Of first weights and dropout. */
  readonly seed: string;
  /** At least B x T + 1 tokens. */
  readonly train: TokenText;
  /** Judged after each epoch; at least B + 1 tokens. */
  readonly validation: TokenText;
  /** Where to go on from; absent = from first weights. */
  readonly checkpoint?: Uint8Array;
  /** The most that the network may take, in bytes; default 4 GiB. */
  readonly maxBytes?: number;
}

export interface LanguageEpoch {
  readonly epoch: number;
  /** Over the epoch, each window with the weights that it met. */
  readonly train: TextStats;
  readonly validation: TextStats;
}

export interface LanguageTrainingParts {
  readonly graph: LanguageGraph;
  readonly memory: NetworkMemory;
  readonly texts: { readonly train: DeviceText; readonly validation: DeviceText };
  readonly stats: readonly [train: Tensor, validation: Tensor];
  readonly step: BatchProgram;
  readonly judge: BatchProgram;
}

export class LanguageTraining {
  private step = 0;
  private trained = 0;
  /** Windows that `window` and `judgeWindow` submitted: each goes round its text. */
  private submitted = { step: 0, judge: 0 };
  /** Seed of what is drawn on the device (dropout), u32. */
  private readonly draws: number;

  /** Use `beginLanguageTraining`. */
  constructor(
    private readonly context: OpContext,
    private readonly options: LanguageTrainingOptions,
    private readonly parts: LanguageTrainingParts,
    /** Gives back everything; call it once, whatever happened. */
    readonly release: () => void,
  ) {
    this.draws = createRng(options.seed).fork('draws').int(2 ** 32);
  }

  /** Epochs trained so far, those before the checkpoint included. */
  get epochs(): number {
    return this.trained;
  }

  /** Bytes of buffers that this network takes; the texts and the scratch of single kernels apart. */
  get bytes(): number {
    return this.parts.memory.bytes;
  }

  /** Tokens that a whole window predicts. */
  get windowTokens(): number {
    return this.parts.graph.batch;
  }

  /** The programs of a training window and of a forward pass with its loss, for profiles. */
  get programs(): Readonly<Record<'step' | 'judge', BatchProgram>> {
    return this.parts;
  }

  /** Trains the next epoch and judges it. Throws a TrialError 'diverged' where a loss is not finite. */
  async epoch(): Promise<LanguageEpoch> {
    const { stats, texts, judge } = this.parts;
    const { device } = this.context;
    const epoch = ++this.trained;
    device.clear(...stats);
    await submitAhead(device, texts.train.windows, (window, at) => this.trainWindow(window, at, epoch));
    await submitAhead(device, texts.validation.windows, (window, at) => judge.run({ ...window, keep: keepAt(at) }));
    const [train, validation] = (await device.readAll(stats)).map(lossStats) as [LossStats, LossStats];
    requireFiniteLoss(epoch, 'training', train);
    requireFiniteLoss(epoch, 'validation', validation);
    return { epoch, train: textStats(train), validation: textStats(validation) };
  }

  /** For measuring: submits the next training window, from the text's start again after its end, and returns its tokens. Waits for nothing. */
  window(): number {
    const { windows } = this.parts.texts.train;
    const at = this.submitted.step++ % windows.length;
    return this.trainWindow(windows[at] as TextWindow, at, this.trained + 1);
  }

  /** As `window`: a forward pass and its loss on the validation text. Spoils the states of a running round of `window`. */
  judgeWindow(): number {
    const { windows } = this.parts.texts.validation;
    const at = this.submitted.judge++ % windows.length;
    const window = windows[at] as TextWindow;
    this.parts.judge.run({ ...window, keep: keepAt(at) });
    return window.count;
  }

  /** Everything that is needed to go on bit for bit from the end of the last epoch. */
  snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    return readState(this.context.device, this.parts.memory, { ...this.identity(), epoch: this.trained, step: this.step });
  }

  /** Sets weights, state and counters: from a checkpoint, or first ones. */
  load(checkpoint?: Uint8Array): void {
    const { memory, graph } = this.parts;
    const { step, epoch } = writeState(this.context.device, memory, { layout: graph.layout, seed: this.options.seed, expected: this.identity(), ...(checkpoint ? { checkpoint } : {}) });
    this.step = step;
    this.trained = epoch;
  }

  private identity(): { architecture: string; optimizer: string } {
    const { model, settings } = this.options;
    return { architecture: networkHash(model), optimizer: settings.train.optimizer };
  }

  private trainWindow(window: TextWindow, at: number, epoch: number): number {
    const { train } = this.options.settings;
    this.step++;
    this.parts.step.run({ ...window, step: this.step, seed: this.draws, keep: keepAt(at) }, updateParams(train, learningRateAt(train, epoch), this.step));
    return window.count;
  }
}

/** A text's first window begins with zeros. */
function keepAt(index: number): number {
  return index === 0 ? 0 : 1;
}
