// Which variant of a kernel runs. Candidates in, one choice out: plain data that a journal can hold and a resumed study can
// force again. Knows no op. Today the answer is the untuned order of preference for this kind of adapter; a tuner that
// measures and remembers is another Chooser.
import { KernelError } from '../core/index.js';
import type { AdapterFacts, Spec } from '../gpu/index.js';

/** A variant of a kernel family with its settings; plain data. */
export interface Choice {
  readonly variant: string;
  readonly spec: Spec;
  readonly overrides: Readonly<Record<string, number>>;
}

export interface Question {
  readonly family: string;
  readonly direction: string;
  readonly shape: Readonly<Record<string, number>>;
  readonly adapter: AdapterFacts;
  /** All that fit, the family's favourite of each variant first. Never empty: the plain variant fits everything. */
  readonly candidates: readonly Choice[];
}

export interface Chooser {
  choose(question: Question): Promise<Choice>;
}

export interface ChooserOptions {
  /** A choice made elsewhere (a test, the journal of a resumed study), or null to choose here. */
  readonly forced?: (question: Question) => Choice | null;
  /** Hears every choice, to journal it. */
  readonly heard?: (question: Question, choice: Choice) => void;
}

/** The chooser without measurements: first of the candidates in the order of preference of this kind of adapter. */
export function createChooser({ forced, heard }: ChooserOptions = {}): Chooser {
  return {
    async choose(question) {
      const choice = forced?.(question) ?? favourite(question);
      heard?.(question, choice);
      return choice;
    },
  };
}

/** Forces one variant wherever it fits; throws a KernelError where it does not. For tests and benches. */
export function createFixedChooser(variant: string): Chooser {
  return {
    async choose({ family, direction, candidates }) {
      const choice = candidates.find((candidate) => candidate.variant === variant);
      if (choice) return choice;
      const names = [...new Set(candidates.map((candidate) => candidate.variant))].join(', ');
      throw new KernelError(`${family} ${direction}: expected a variant that fits (${names}), got ${variant}`);
    },
  };
}

/**
 * A CPU behind a GPU's interface has no workgroup memory worth the name, and lanes that share a load pay most there
 * (3x over tiles on lavapipe). A real GPU that nobody has measured gets workgroup tiles.
 */
function preference(adapter: AdapterFacts): readonly string[] {
  return adapter.software ? ['subgroup', 'tiled', 'plain'] : ['tiled', 'subgroup', 'plain'];
}

function favourite({ family, direction, adapter, candidates }: Question): Choice {
  const order = preference(adapter);
  for (const variant of order) {
    const choice = candidates.find((candidate) => candidate.variant === variant);
    if (choice) return choice;
  }
  const first = candidates[0];
  if (first) return first;
  throw new KernelError(`${family} ${direction}: expected at least one variant that fits ${adapter.name}, got none`);
}
