// The variants of a whole training step: a preference for every op that has one of that name; the others choose for themselves.
import type { AdapterFacts } from '../../gpu/index.js';
import { type Choice, type Chooser, createChooser } from '../../tune/index.js';

const CHOICES: readonly Choice[] = ['subgroup', 'tiled', 'plain'].map((variant) => ({ variant, spec: {}, overrides: {} }));

export function stepChoices({ subgroup }: AdapterFacts): readonly Choice[] {
  return CHOICES.filter(({ variant }) => variant !== 'subgroup' || subgroup !== null);
}

/** On a software adapter a large product of the subgroup step goes through windows, as it does in a search. */
export function preferring(variant: string): Chooser {
  return createChooser({
    forced: ({ candidates, adapter }) => {
      const order = variant === 'subgroup' && adapter.software ? ['windows', variant] : [variant];
      return order.flatMap((name) => candidates.find((candidate) => candidate.variant === name) ?? [])[0] ?? null;
    },
  });
}
