// The regressions that a set of SRMs can be made of and the ranges that their hyper-parameters are drawn from
// (Baker et al. 2017: C and gamma log-uniform in 1e-5..10, nu uniform). It fits nothing.
import { UsageError, type Rng } from '../../core/index.js';
import type { NativeKind, RidgeDraw, SvrDraw } from '../native/types.js';

/** `last` predicts the last seen score: the baseline that a regression must beat. */
export type SrmKind = NativeKind | 'last';

export const SRM_KINDS: readonly SrmKind[] = ['svr-rbf', 'svr-linear', 'ols', 'ridge', 'last'];
const LOW = 1e-5;
const HIGH = 10;

/** `svr` is short for `svr-rbf`. Throws UsageError on a kind that is none of ours. */
export function parseSrmKind(text: string): SrmKind {
  const kind = text === 'svr' ? 'svr-rbf' : SRM_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`model: expected one of ${SRM_KINDS.join(', ')}, got '${text}'`);
}

/** Empty for kinds that have no hyper-parameters. */
export function drawHyperparameters(kind: SrmKind, count: number, rng: Rng): (SvrDraw | RidgeDraw)[] {
  if (kind === 'ols' || kind === 'last') return [];
  return Array.from({ length: count }, () => drawOne(kind, rng));
}

function drawOne(kind: 'svr-rbf' | 'svr-linear' | 'ridge', rng: Rng): SvrDraw | RidgeDraw {
  if (kind === 'ridge') return { lambda: rng.logUniform(1e-2, 1e4) };
  // 1 - u lies in (0, 1], the range that nu-SVR allows.
  const draw = { c: rng.logUniform(LOW, HIGH), nu: 1 - rng.next() };
  return kind === 'svr-linear' ? draw : { ...draw, gamma: rng.logUniform(LOW, HIGH) };
}
