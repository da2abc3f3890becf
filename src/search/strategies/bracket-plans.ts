// Brackets as plain data: how many trials begin, how far each rung trains, how many a rung takes over from the one before. Successive halving
// is one bracket (Jamieson and Talwalkar 2016), Hyperband several (Li et al. 2018). Epochs are whole: rungs that fall together are one.
import { UsageError } from '../../core/index.js';

export interface Rung {
  readonly epochs: number;
  readonly trials: number;
}

export interface Bracket {
  /** Rising in epochs; `trials` of the first begin, of each later one are promoted. */
  readonly rungs: readonly Rung[];
}

export interface HalvingOptions {
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  readonly eta: number;
  /** Epochs of the first rung. */
  readonly first: number;
}

/** Rungs first, first eta, first eta^2, ... below T, then T; each takes a share 1 / eta of the one before. */
export function halvingBracket({ trials, epochs, eta, first }: HalvingOptions): Bracket {
  requireEta(eta);
  if (!(first >= 1 && first <= epochs)) throw new UsageError(`successive halving: expected a first rung of 1 to ${epochs} epochs, got ${first}`);
  const rungs = [];
  for (let at = first, i = 0; Math.round(at) < epochs; at *= eta, i++) rungs.push({ epochs: Math.round(at), trials: shareOf(trials, eta, i) });
  return { rungs: merged([...rungs, { epochs, trials: shareOf(trials, eta, rungs.length) }]) };
}

export interface HyperbandOptions {
  /** T: the largest resource R. */
  readonly epochs: number;
  readonly eta: number;
}

/** s = s_max .. 0: n = ceil((s_max + 1) eta^s / (s + 1)), r = T eta^-s, n_i = floor(n eta^-i), r_i = r eta^i. */
export function hyperbandBrackets({ epochs, eta }: HyperbandOptions): readonly Bracket[] {
  requireEta(eta);
  const most = floorLog(epochs, eta);
  return Array.from({ length: most + 1 }, (_, k) => {
    const s = most - k;
    const n = Math.ceil(rounded(((most + 1) / (s + 1)) * eta ** s));
    return { rungs: merged(Array.from({ length: s + 1 }, (__, i) => ({ epochs: Math.max(1, Math.round(epochs * eta ** (i - s))), trials: shareOf(n, eta, i) }))) };
  });
}

/** Everybody gets one epoch before the first rung, so that the most promising can go first in it too. */
export function withLook(bracket: Bracket): Bracket {
  const [first] = bracket.rungs;
  return first === undefined || first.epochs === 1 ? bracket : { rungs: [{ epochs: 1, trials: first.trials }, ...bracket.rungs] };
}

/** floor(log_eta x). log_3 243 is not exact in doubles, so it is rounded to ten decimals first. */
export function floorLog(x: number, eta: number): number {
  return Math.floor(rounded(Math.log(x) / Math.log(eta)));
}

function shareOf(trials: number, eta: number, rung: number): number {
  return Math.max(1, Math.floor(rounded(trials * eta ** -rung)));
}

function rounded(x: number): number {
  return Number(x.toFixed(10));
}

/** Of rungs of the same epochs the later one stands: it takes the fewer trials. */
function merged(rungs: Bracket['rungs']): Bracket['rungs'] {
  return rungs.filter(({ epochs }, i) => rungs[i + 1]?.epochs !== epochs).map((rung, i) => (i === 0 ? { ...rung, trials: rungs[0]?.trials ?? rung.trials } : rung));
}

function requireEta(eta: number): void {
  if (!(eta > 1 && Number.isFinite(eta))) throw new UsageError(`eta: expected a number above 1, got ${eta}`);
}
