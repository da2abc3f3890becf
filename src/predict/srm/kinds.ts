// The regressions that a set of SRMs can be made of and the ranges that their hyper-parameters are drawn from
// (Baker et al. 2017: C and gamma log-uniform in 1e-5..10, nu uniform). It fits nothing.
import { UsageError, type Rng } from '../../core/index.js';
import type { NativeDraw, NativeKind } from '../native/types.js';

/** `last` predicts the last seen score: the baseline that a regression must beat. */
export type SrmKind = NativeKind | 'last';

export const SRM_KINDS: readonly SrmKind[] = ['svr-rbf', 'svr-linear', 'ols', 'ridge', 'krr', 'last'];
const LOW = 1e-5;
const HIGH = 10;
/** Of kernel ridge: curves are known to about 1e-3 of their spread, so no kernel deserves to be trusted further. */
const LEAST_PENALTY = 1e-6;

/** `svr` is short for `svr-rbf`. Throws UsageError on a kind that is none of ours. */
export function parseSrmKind(text: string): SrmKind {
  const kind = text === 'svr' ? 'svr-rbf' : SRM_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`model: expected one of ${SRM_KINDS.join(', ')}, got '${text}'`);
}

/** Empty for kinds that have no hyper-parameters. */
export function drawHyperparameters(kind: SrmKind, count: number, rng: Rng): readonly NativeDraw[] {
  switch (kind) {
    case 'ols':
    case 'last':
      return [];
    case 'krr':
      return kernelRidgeDraws(count, rng);
    default:
      return Array.from({ length: count }, () => drawOne(kind, rng));
  }
}

function drawOne(kind: 'svr-rbf' | 'svr-linear' | 'ridge', rng: Rng): NativeDraw {
  if (kind === 'ridge') return { lambda: rng.logUniform(1e-2, 1e4) };
  // 1 - u lies in (0, 1], the range that nu-SVR allows.
  const draw = { c: rng.logUniform(LOW, HIGH), nu: 1 - rng.next() };
  return kind === 'svr-linear' ? draw : { ...draw, gamma: rng.logUniform(LOW, HIGH) };
}

/** As many kernels as penalties a kernel: draws that share a gamma share most of the work. */
function kernelRidgeDraws(count: number, rng: Rng): NativeDraw[] {
  const kernels = Array.from({ length: Math.ceil(Math.sqrt(count)) }, () => rng.logUniform(LOW, HIGH));
  return Array.from({ length: count }, (_, i) => ({ gamma: kernels[i % kernels.length] as number, lambda: rng.logUniform(LEAST_PENALTY, HIGH) }));
}
