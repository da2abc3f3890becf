// What a measurement leaves behind: plain data, kept with the choice so that anybody can judge it, and the key under which it
// holds. Another driver, other kernels or another class of shapes is another key: stale evidence is never found, let alone used.
import { hashOf } from '../core/index.js';
import type { Choice, Question, Ranking } from './choice.js';
import { shapeClass } from './shape-class.js';

export interface EvidenceKey {
  readonly adapter: string;
  readonly driver: string;
  readonly backend: string;
  /** Hash of what else decides which candidates there are: features, subgroup sizes, whether reduced precision is allowed. */
  readonly abilities: string;
  /** Hash of the family's WGSL sources and of all that it may compile. */
  readonly kernels: string;
  readonly family: string;
  readonly direction: string;
  /** See `shapeClass`. */
  readonly shapes: string;
}

/** How one candidate did. */
export interface Measured {
  readonly choice: Choice;
  /** `raced` to the end; `dropped` as clearly slower; `failed` to compile or run; `unmeasured` for want of time. */
  readonly outcome: 'raced' | 'dropped' | 'failed' | 'unmeasured';
  /** Seconds a run, in the order in which they were taken. */
  readonly samples: readonly number[];
  /** Runs in each sample. */
  readonly runs: number;
  /** Of the samples, seconds; null without any. */
  readonly median: number | null;
  /** Distance of the quartiles over the median. */
  readonly noise: number | null;
  /** Why it failed. */
  readonly error?: string;
}

export interface Evidence {
  readonly key: EvidenceKey;
  /** The concrete shape that was measured. */
  readonly shape: Readonly<Record<string, number>>;
  readonly clock: 'timestamps' | 'wall';
  /** Milliseconds since 1970. */
  readonly time: number;
  /** That the measurement took, compiling included. */
  readonly seconds: number;
  /** Candidates that ran, the chosen one first; empty where none did. */
  readonly ranking: Ranking;
  readonly measured: readonly Measured[];
}

/** Where evidence is kept between processes. Promises: `get` gives what `put` was given under an equal key, or null; neither throws for a damaged or missing file. */
export interface EvidenceStore {
  get(key: EvidenceKey): Promise<Evidence | null>;
  put(evidence: Evidence): Promise<void>;
  /** All that is there, for whoever looks for a neighbour. */
  all(): Promise<readonly Evidence[]>;
}

export function keyOf({ family, direction, shape, adapter, kernels, reduced = false }: Question): EvidenceKey {
  const { name, vendor, architecture, driver, backend, features, subgroup } = adapter;
  return {
    adapter: name, driver, backend, abilities: hashOf({ vendor, architecture, features, subgroup, reduced }).slice(0, 16),
    kernels: kernels?.() ?? '', family, direction, shapes: shapeClass(shape),
  };
}

/** Measured on the same device with the same kernels. */
export function sameGround(a: EvidenceKey, b: EvidenceKey): boolean {
  return a.adapter === b.adapter && a.driver === b.driver && a.backend === b.backend && a.abilities === b.abilities && a.kernels === b.kernels;
}

/** What names a key's class of shapes within one device and one set of kernels. */
export function classOf({ family, direction, shapes }: Pick<EvidenceKey, 'family' | 'direction' | 'shapes'>): string {
  return `${family} ${direction} ${shapes}`;
}
