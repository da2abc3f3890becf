// Two searches on the same orderings, one against the other: what the first found more, and how much less it trained. Pairs cancel what an ordering's
// luck is to both.
import { meanInterval, type Interval } from './budget.js';
import type { Outcome } from './measures.js';

export interface PairedSummary {
  /** Epochs of the other / epochs of this one, over all orderings. */
  readonly epochs_ratio: number;
  /** Best final found, this - the other: mean with its 95 % interval. */
  readonly found: Interval;
  /** The same of the mean true final of what a learner tried in its last stage, and of what it drew there, repeats included. */
  readonly last_tried?: Interval;
  readonly last_drawn?: Interval;
}

export function pairOutcomes(pairs: readonly { readonly one: Outcome; readonly other: Outcome }[]): PairedSummary {
  const sum = (of: 'one' | 'other'): number => pairs.reduce((total, pair) => total + pair[of].epochs, 0);
  const difference = (value: (outcome: Outcome) => number | null | undefined): number[] => pairs.flatMap(({ one, other }) => {
    const [a, b] = [value(one), value(other)];
    return typeof a === 'number' && typeof b === 'number' ? [a - b] : [];
  });
  const last = { last_tried: difference(({ stages }) => stages?.at(-1)?.tried_mean), last_drawn: difference(({ stages }) => stages?.at(-1)?.drawn_mean) };
  return {
    epochs_ratio: sum('other') / sum('one'),
    found: meanInterval(difference(({ found }) => found)),
    ...Object.fromEntries(Object.entries(last).filter(([, values]) => values.length > 0).map(([name, values]) => [name, meanInterval(values)])),
  };
}
