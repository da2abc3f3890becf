// The words that events and contracts are made of: a trial's candidate, what was predicted of it, what was said to it.
import { networkGraph, type OperationGraph } from './architecture/operation-graph.js';
import type { Json } from './hash.js';
import type { Network } from './language-model.js';

/** Trials are numbered from 0 in the order in which they start. */
export type TrialId = number;

/** A checkpoint as the journal knows it: where its bytes lie and what they must hash to (SHA-256, hex). */
export interface CheckpointRef {
  readonly key: string;
  readonly hash: string;
  /** Size, where the store knows it; journaled, so that what a disk budget evicts is the same on resume. */
  readonly bytes?: number;
}

/** What is trained: an architecture (null where a user's own loop builds the model) and numbers that describe the run. */
export interface Candidate {
  readonly architecture: Network | null;
  /** AP: numbers that describe the architecture to a predictor (weights, layers, or a curve set's columns). */
  readonly ap: { readonly [name: string]: number };
  /** HP: training hyper-parameters (learning_rate, momentum, ...). */
  readonly hp: { readonly [name: string]: number };
  /** What predictors read of an architecture that `architecture` does not hold: recorded runs, a user's own networks. */
  readonly graph?: OperationGraph;
}

/** Null where nothing is known of the architecture but its numbers. */
export function graphOf({ architecture, graph }: Candidate): OperationGraph | null {
  return graph ?? (architecture === null ? null : networkGraph(architecture));
}

export interface Worker {
  readonly worker: string;
  readonly adapter?: string;
}

export interface Predicted {
  /** y^_horizon. */
  readonly mean: number;
  readonly sigma?: number;
  /** Pairs [probability, score], rising; for predictors that are not Gaussian. */
  readonly quantiles?: readonly (readonly [number, number])[];
  /** p(y^ <= bar): the trial is frozen where this reaches Delta. Null while there is no bar. */
  readonly probability: number | null;
  /** The epoch that is predicted. */
  readonly horizon: number;
}

export type Verdict =
  | { readonly action: 'continue'; readonly reason?: string; readonly bar?: number; readonly predicted?: Predicted }
  | {
      readonly action: 'freeze';
      /** In words and numbers, for `why`. */
      readonly reason: string;
      /** The trial's value while it is frozen: y^_T (at = T or r_i), or the last value seen. */
      readonly value: { readonly y: number; readonly at: number };
      readonly bar?: number;
      readonly predicted?: Predicted;
    }
  /** Said by the study, never by a rule: this task is over. */
  | { readonly action: 'stop'; readonly reason: 'finished' | 'paused' | 'failed' | 'cancelled' | 'ended' };

/** Hyper-parameters, sigma, ids trained on: what is needed to fit the same model again on resume. */
export interface FitRecord {
  readonly by: string;
  readonly [key: string]: Json;
}

export type Command =
  | { readonly type: 'freeze'; readonly trial: TrialId }
  | { readonly type: 'thaw'; readonly trial: TrialId }
  | { readonly type: 'cancel'; readonly trial: TrialId }
  | { readonly type: 'enqueue'; readonly candidate: Candidate }
  | { readonly type: 'end' };
