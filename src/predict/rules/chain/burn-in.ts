// Which runs the chain rule trains to the end first. Random ones waste full trainings on bad nets: every one of the first arrivals gets
// a first look, then the best of them and a few at random go on. Sizes follow the search's.
import type { Rng } from '../../../core/index.js';
import type { TrialRecord } from '../trial-book.js';

export interface BurnIn {
  /** Runs that get a first look before the choice. */
  readonly scouts: number;
  readonly best: number;
  readonly random: number;
}

/** For a search of so many trials: 10 + 5 of 40 from 200 trials on, 5 + 3 for 40; never fewer than the two that a fit needs, though one trial be all. */
export function burnInFor(trials: number): BurnIn {
  const scouts = Math.min(40, trials);
  const best = Math.min(10, Math.max(3, Math.round(trials / 20)), Math.max(1, Math.floor(scouts / 3)));
  return { scouts, best: Math.max(2, best, Math.min(5, scouts)), random: trials >= 150 ? 5 : 3 };
}

/** The best at epoch `look`, then random others; by trial number where scores are equal. */
export function chooseBurnIn(scouts: readonly TrialRecord[], look: number, { best, random }: BurnIn, rng: Rng): readonly number[] {
  const at = ({ values }: TrialRecord): number => values[look - 1] ?? -Infinity;
  const ordered = [...scouts].sort((a, b) => at(b) - at(a) || a.trial - b.trial);
  const rest = rng.shuffle(ordered.slice(best));
  return [...ordered.slice(0, best), ...rest.slice(0, random)].map(({ trial }) => trial);
}
