// What a command needs of the machine it runs on. It is handed in and opened late: reading a study opens nothing, and the
// tests put a machine in its place that needs no GPU.
import type { Candidate, Json, Log, Runner } from '../core/index.js';
import type { ImageSet, ImageSource, ImageStream, NamedTensor, Tensors, TextSource, TokenText } from '../data/index.js';
import type { Device } from '../gpu/index.js';
import type { OpContext } from '../ops/index.js';
import type { SrmSolver } from '../predict/index.js';
import type { DoctorReport, FolderOptions, OpenedImages } from '../host/index.js';
import type { Evidence } from '../tune/index.js';
import type { MeasureSettings } from './tune/measure.js';
import type { Tuning } from './tune/tuning.js';

export interface TrainingSettings {
  readonly batchSize: number;
  readonly seed: number;
  /** A part of an adapter's name; absent = what Dawn prefers. */
  readonly adapter?: string;
  /** How kernel variants are chosen; absent = untuned. */
  readonly tuning?: Tuning;
}

/** A device with the training images on it. */
export interface Trainer extends Runner {
  /** Adapter and driver, for the study's header. */
  readonly adapter: { readonly [key: string]: Json };
  /** Of a checkpoint's net on other images. */
  evaluate(candidate: Candidate, checkpoint: Uint8Array, images: ImageSet | ImageStream): Promise<{ readonly accuracy: number; readonly loss: number }>;
  /** A checkpoint's weights and all that it takes to use them. */
  weights(candidate: Candidate, checkpoint: Uint8Array): Tensors;
  /** Pipelines compiled so far. */
  pipelines(): number;
  close(): void;
}

/** A device that language models are trained on. */
export interface LanguageTrainer extends Runner {
  readonly adapter: { readonly [key: string]: Json };
  /** Of a checkpoint's model on another text. */
  evaluate(candidate: Candidate, checkpoint: Uint8Array, text: TokenText): Promise<{ readonly perplexity: number; readonly accuracy: number }>;
  /** Pipelines compiled so far. */
  pipelines(): number;
  /** A checkpoint's weights by name. */
  tensors(candidate: Candidate, checkpoint: Uint8Array): ReadonlyMap<string, NamedTensor>;
  close(): void;
}

/** A device and the choice of its kernels. */
export interface Compute {
  readonly context: OpContext;
  close(): void;
}

export interface BenchDeviceSettings {
  readonly robustness: boolean;
  readonly kernels: Readonly<Record<string, string>>;
  readonly adapter?: string;
}

export interface Machine {
  /** What a trainer's device will be. Throws DeviceLostError where no adapter answers. */
  adapter(settings: { readonly adapter?: string }): Promise<{ readonly name: string; readonly [key: string]: Json }>;
  loadData(data: string, log: Log): Promise<ImageSource>;
  /** As loadData, but that images in class folders stay on disk. */
  openImages(data: string, options: FolderOptions, log: Log): Promise<OpenedImages>;
  /** Throws DeviceLostError where no adapter answers. */
  openTrainer(train: ImageSet | ImageStream, validation: ImageSet | ImageStream, settings: TrainingSettings): Promise<Trainer>;
  /** A text by name or path. Throws DataError where there is none. */
  openText(data: string): Promise<TextSource>;
  /** Throws DeviceLostError where no adapter answers. */
  openLanguageTrainer(train: TokenText, validation: TokenText, settings: Omit<TrainingSettings, 'batchSize'>): Promise<LanguageTrainer>;
  /** Throws NativeError where the addon is missing. */
  openSolver(): Promise<SrmSolver>;
  /** A device for predictors that train nets. Throws DeviceLostError where no adapter answers. */
  openCompute(settings: { readonly adapter?: string; readonly warn: (message: string) => void }): Promise<Compute>;
  /** Class numbers that saved weights give to images, in order. Throws DataError where they do not fit together. */
  classify(weights: Tensors, images: ImageSet | ImageStream, settings: { readonly adapter?: string; readonly warn: (message: string) => void }): Promise<Uint32Array>;
  /** Measures the standard shapes and keeps the evidence. */
  tune(settings: MeasureSettings & { readonly adapter?: string }): Promise<Evidence[]>;
  /** A device for the laboratory: exact timestamps, kernels beside our own, Dawn's index clamping on or off. */
  openBenchDevice(settings: BenchDeviceSettings): Promise<Device>;
  environment(): { readonly [key: string]: Json };
  doctor(settings: { readonly adapter?: string }): Promise<DoctorReport & { readonly facts: { readonly [key: string]: Json } }>;
}

export type OpenMachine = () => Promise<Machine>;
