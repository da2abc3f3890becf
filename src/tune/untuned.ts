// Choosers that measure nothing: the order of preference for a kind of adapter, a choice forced from elsewhere, one fixed variant.
import { KernelError } from '../core/index.js';
import type { AdapterFacts } from '../gpu/index.js';
import type { Choice, Chooser, Question } from './choice.js';

export interface ChooserOptions {
  /** A choice made elsewhere (a test, a bench), or null to choose here. */
  readonly forced?: (question: Question) => Choice | null;
  /** Hears every choice. */
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
 * (3x over tiles on lavapipe); reading through uniform bindings spares it tests. A real GPU that nobody has measured gets workgroup tiles.
 */
function preference(adapter: AdapterFacts): readonly string[] {
  return adapter.software ? ['windows', 'subgroup', 'tiled', 'plain'] : ['tiled', 'subgroup', 'plain'];
}

/** What runs where nothing was measured. */
export function favourite({ family, direction, adapter, candidates }: Question): Choice {
  const order = preference(adapter);
  for (const variant of order) {
    const choice = candidates.find((candidate) => candidate.variant === variant);
    if (choice) return choice;
  }
  const first = candidates[0];
  if (first) return first;
  throw new KernelError(`${family} ${direction}: expected at least one variant that fits ${adapter.name}, got none`);
}
