// What a search is over, whatever it trains: a space, data, a metric, and a device that trains its candidates. Images (image-job.ts)
// and language (language-job.ts) are the two kinds.
import type { Candidate, Runner, Settings, Space, StudyHeader } from '../../core/index.js';
import type { Tensors } from '../../data/index.js';
import type { Tuning } from '../tune/tuning.js';
import type { SearchOptions } from './options.js';

export type SpaceName = SearchOptions['space'];

export interface SearchJob {
  readonly space: Space;
  /** By content: other data behind the same name is another study. */
  readonly data: Settings;
  readonly metric: StudyHeader['metric'];
  open(tuning: Tuning): Promise<SearchTrainer>;
}

/** A device with the training data on it. */
export interface SearchTrainer extends Runner {
  /** Adapter and driver, for the study's header. */
  readonly adapter: StudyHeader['environment'];
  /** A checkpoint on data that nothing was chosen by, and how much of it; null where there is none. */
  test(candidate: Candidate, checkpoint: Uint8Array): Promise<{ readonly metrics: { readonly [name: string]: number }; readonly [amount: string]: number | object } | null>;
  /** A checkpoint's weights and all that it takes to use them. */
  weights(candidate: Candidate, checkpoint: Uint8Array): Tensors;
  /** Pipelines compiled so far. */
  pipelines(): number;
  close(): void;
}
