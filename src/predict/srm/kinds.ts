// The regressions that a set of SRMs can be made of and the ranges that their hyper-parameters are drawn from
// (Baker et al. 2017: C and gamma log-uniform in 1e-5..10, but for the C of RBF machines, nu uniform; forests of 10 to 800 trees and .1 to .5 of the features). It fits nothing.
import { UsageError, type Rng } from '../../core/index.js';
import type { NativeDraw, NativeKind } from '../native/types.js';

/** `last` predicts the last seen score: the baseline that a regression must beat. */
export type SrmKind = NativeKind | 'last';

export const SRM_KINDS: readonly SrmKind[] = ['svr-rbf', 'svr-linear', 'ols', 'ridge', 'krr', 'rf', 'gbt', 'last'];
const LOW = 1e-5;
const HIGH = 10;
/**
 * C of RBF machines, wider than the paper's: on standardised targets C = 10 still underfits. R^2 at a quarter of the curve, 100 draws, 10 repeats, C to 10 / to
 * 1000: TinyImageNet ResNets .846 / .863, CIFAR-10 ResNets .458 / .484, LSTMs .981 / .984, MetaQNN .942 / .943.
 */
const RBF_C = [1e-2, 1e3] as const;
/** Of kernel ridge: curves are known to about 1e-3 of their spread, so no kernel deserves to be trusted further. */
const LEAST_PENALTY = 1e-6;
const LEAST_TREES = 10;
const MOST_FOREST_TREES = 800;
const MOST_BOOST_TREES = 400;
const SEEDS = 2 ** 32;

/** `svr` is short for `svr-rbf`. Throws UsageError on a kind that is none of ours. */
export function parseSrmKind(text: string): SrmKind {
  const kind = text === 'svr' ? 'svr-rbf' : SRM_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`model: expected one of ${SRM_KINDS.join(', ')}, got '${text}'`);
}

/** Empty for kinds that have no hyper-parameters. `ranges`: the paper's, or ours where wider ones are better. */
export function drawHyperparameters(kind: SrmKind, count: number, rng: Rng, ranges: 'paper' | 'ours' = 'ours'): readonly NativeDraw[] {
  switch (kind) {
    case 'ols':
    case 'last':
      return [];
    case 'krr':
      return kernelRidgeDraws(count, rng);
    case 'rf':
      return forestDraws(count, rng);
    case 'gbt':
      return boostDraws(count, rng);
    default:
      return Array.from({ length: count }, () => drawOne(kind, rng, ranges));
  }
}

function drawOne(kind: 'svr-rbf' | 'svr-linear' | 'ridge', rng: Rng, ranges: 'paper' | 'ours'): NativeDraw {
  if (kind === 'ridge') return { lambda: rng.logUniform(1e-2, 1e4) };
  const [low, high] = kind === 'svr-rbf' && ranges === 'ours' ? RBF_C : [LOW, HIGH];
  // 1 - u lies in (0, 1], the range that nu-SVR allows.
  const draw = { c: rng.logUniform(low, high), nu: 1 - rng.next() };
  return kind === 'svr-linear' ? draw : { ...draw, gamma: rng.logUniform(LOW, HIGH) };
}

/** As many kernels as penalties a kernel: draws that share a gamma share most of the work. */
function kernelRidgeDraws(count: number, rng: Rng): NativeDraw[] {
  const kernels = Array.from({ length: Math.ceil(Math.sqrt(count)) }, () => rng.logUniform(LOW, HIGH));
  return Array.from({ length: count }, (_, i) => ({ gamma: kernels[i % kernels.length] as number, lambda: rng.logUniform(LEAST_PENALTY, HIGH) }));
}

/** One seed and few feature fractions, so that draws share growths: at 60 columns a step of .05 is three features. */
function forestDraws(count: number, rng: Rng): NativeDraw[] {
  const seed = rng.int(SEEDS);
  return Array.from({ length: count }, () => ({ trees: LEAST_TREES + rng.int(MOST_FOREST_TREES - LEAST_TREES + 1), fraction: 0.1 + 0.05 * rng.int(9), seed }));
}

/** Each growth serves eight numbers of trees. */
function boostDraws(count: number, rng: Rng): NativeDraw[] {
  const seed = rng.int(SEEDS);
  const growths = Array.from({ length: Math.ceil(count / 8) }, () => ({ depth: 1 + rng.int(5), shrinkage: rng.logUniform(0.02, 0.3), subsample: rng.uniform(0.4, 1) }));
  return Array.from({ length: count }, (_, i) => ({ trees: LEAST_TREES + rng.int(MOST_BOOST_TREES - LEAST_TREES + 1), ...(growths[i % growths.length] as (typeof growths)[0]), seed }));
}
