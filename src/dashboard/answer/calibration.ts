// Whether the rule's predictions mean what they say, so far: held against the true scores that the study knows. Of a trial that ran to its end the
// first prediction counts, of a frozen one that was thawed or verified the last freeze's. Those that nobody trained to the end say nothing, and they
// are the poor ones: that is a bias of this table, and the page says so.
import type { Predicted } from '../../core/index.js';
import { NINETY, type Scale } from '../../report/index.js';
import { normalCdf } from '../../predict/index.js';
import type { StudyState } from '../../study/index.js';
import type { Digest, Foretold } from '../follow/digest.js';
import type { Calibration } from '../wire.js';
import { finalOf, rounded } from './columns.js';

const NOMINAL = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const;

interface Pair {
  readonly foretold: Foretold;
  readonly y: number;
  readonly frozen: boolean;
}

/** Null while no trial has both. */
export function calibrationOf(state: StudyState, digest: Digest, scale: Scale): Calibration | null {
  const pairs = state.trials.flatMap((trial): Pair[] => {
    const { first = null, lastFreeze = null } = digest.trials[trial.id] ?? {};
    const y = finalOf(state, trial);
    const foretold = lastFreeze ?? first;
    return y === null || foretold === null || foretold.predicted.horizon !== state.header?.epochs ? [] : [{ foretold, y, frozen: lastFreeze !== null }];
  });
  if (pairs.length === 0) return null;
  const errors = pairs.map(({ foretold, y }) => scale.shown(foretold.predicted.mean) - scale.shown(y));
  const shares = pairs.flatMap(({ foretold, y }) => shareBelow(foretold.predicted, y) ?? []);
  const frozen = pairs.filter((pair) => pair.frozen);
  return {
    count: pairs.length, withSpread: shares.length,
    meanAbsoluteError: rounded(mean(errors.map(Math.abs))), bias: rounded(mean(errors)),
    coverage: shares.length === 0 ? [] : NOMINAL.map((nominal) => ({ nominal, measured: rounded(shares.filter((p) => Math.abs(p - 0.5) <= nominal / 2).length / shares.length) })),
    frozenKnown: frozen.length, frozenWrong: frozen.filter(({ foretold: { bar }, y }) => bar !== null && y > bar).length,
  };
}

/** p(score <= y) as predicted; null where the prediction says nothing of its spread. */
function shareBelow({ mean: centre, sigma, quantiles }: Predicted, y: number): number | null {
  if (sigma !== undefined) return sigma > 0 ? normalCdf((y - centre) / sigma) : null;
  return quantiles === undefined || quantiles.length < 2 ? null : amongQuantiles(quantiles, y);
}

/** Linear between two of them; beyond the last one the tail is a Gaussian's of the width that the outer pair has. */
function amongQuantiles(quantiles: readonly (readonly [number, number])[], y: number): number {
  const above = quantiles.findIndex(([, score]) => score >= y);
  const [p1, y1] = quantiles[Math.max(0, above === -1 ? quantiles.length - 2 : above - 1)] as readonly [number, number];
  const [p2, y2] = quantiles[above === -1 ? quantiles.length - 1 : Math.max(1, above)] as readonly [number, number];
  if (above > 0) return y2 === y1 ? p2 : p1 + ((p2 - p1) * (y - y1)) / (y2 - y1);
  const [[, low], [, high]] = [quantiles[0] as readonly [number, number], quantiles[quantiles.length - 1] as readonly [number, number]];
  return high === low ? (y > high ? 1 : 0) : normalCdf((y - (low + high) / 2) / ((high - low) / (2 * NINETY)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
