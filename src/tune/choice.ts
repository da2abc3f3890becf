// The words of this room. A candidate is a variant with its settings; a ranking is candidates, the fastest first; a choice is the
// candidate that runs. All plain data: a journal holds them, and a resumed study forces them again. Knows no op.
import type { AdapterFacts, PassTimer, Spec } from '../gpu/index.js';

/** A variant of a kernel family with its settings. */
export interface Choice {
  readonly variant: string;
  readonly spec: Spec;
  readonly overrides: Readonly<Record<string, number>>;
}

/** A candidate, compiled and bound to buffers of its own; a `Program` is one. */
export interface Measurable {
  /** Submits the work once. */
  run(): void;
  /** Runs once; its device time in seconds. */
  time(timer: PassTimer): Promise<number>;
  release(): void;
}

/** Where a question's candidates are tried: buffers that hold nothing of anybody's. */
export interface Track {
  /** Throws where the candidate does not compile or cannot be bound. */
  prepare(choice: Choice): Promise<Measurable>;
  release(): void;
}

export interface Question {
  readonly family: string;
  readonly direction: string;
  readonly shape: Readonly<Record<string, number>>;
  readonly adapter: AdapterFacts;
  /** All that fit, the family's favourite of each variant first. Never empty: the plain variant fits everything. */
  readonly candidates: readonly Choice[];
  /** Variants of reduced precision are among the candidates: evidence without them is not evidence with them. */
  readonly reduced?: boolean;
  /** Identity of everything that the family may compile: a measurement of other kernels is no measurement of these. */
  readonly kernels?: () => string;
  /** Takes memory for trying candidates out; absent where nothing can be measured. */
  readonly openTrack?: () => Track;
}

export interface Chooser {
  choose(question: Question): Promise<Choice>;
}

/** What a class of shapes was given: measured, remembered, or the untuned favourite (an empty ranking). */
export type Ranking = readonly Choice[];

/**
 * The first of the ranking that fits the concrete shape. Flags follow the shape (a ranking is measured on one shape of its class,
 * and a neighbour may be unaligned), so of the variant's own candidates the one that differs in the fewest settings is meant.
 */
export function pick(ranking: Ranking, candidates: readonly Choice[]): Choice | null {
  for (const wanted of ranking) {
    const same = candidates.filter(({ variant }) => variant === wanted.variant);
    const [first, ...others] = same;
    if (first) return others.reduce((best, each) => (differences(each, wanted) < differences(best, wanted) ? each : best), first);
  }
  return null;
}

function differences(a: Choice, b: Choice): number {
  return count(a.spec, b.spec) + count(a.overrides, b.overrides);
}

function count(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): number {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).length;
}

/** `tiled TILE=4 DEPTH=16`, for people; flags are left out, they follow the shape. */
export function describeChoice({ variant, spec, overrides }: Choice): string {
  const sizes = Object.entries(overrides).filter(([, value]) => value > 1);
  return [variant, ...[...Object.entries(spec), ...sizes].map(([name, value]) => `${name}=${value}`)].join(' ');
}
