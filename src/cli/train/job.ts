// What the command trains, whatever it is: a candidate for a runner, how its score is shown, and what identifies the training.
// Images (image-job.ts) and language (language-job.ts) are the two kinds.
import type { Candidate, Json, Runner } from '../../core/index.js';
import type { Tensors } from '../../data/index.js';

export interface Job {
  readonly identity: Readonly<Record<string, Json>>;
  readonly candidate: Candidate;
  /** One line for whoever watches: the net, its weights, the data. */
  readonly description: string;
  readonly score: { readonly name: string; readonly shown: (value: number) => number };
  /** What an epoch goes through, for the rate. */
  readonly amount: { readonly count: number; readonly unit: string };
  /** Further numbers for the summary. */
  readonly facts: () => Readonly<Record<string, Json>>;
  /** What the tuner decided so far, those of the checkpoint first. */
  readonly choices: () => readonly Json[];
  open(): Promise<OpenJob>;
}

export interface OpenJob extends Runner {
  readonly adapter: { readonly [key: string]: Json };
  /** Metrics on images or text that training never saw; null where there are none. */
  test(snapshot: Uint8Array): Promise<Readonly<Record<string, number>> | null>;
  weights(snapshot: Uint8Array): Tensors;
  close(): void;
}
