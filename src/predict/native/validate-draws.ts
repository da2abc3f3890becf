// Ranges of hyper-parameters, a kind each. Deliberately changes nothing: a draw out of range is refused, never clipped.
import { refuse, requirePositive, requireShare, requireWhole } from './refuse.js';
import type { BoostDraw, ForestDraw, KernelRidgeDraw, NativeDraw, NativeKind, SvrDraw } from './types.js';

export function requireSvrDraw(what: string, draw: SvrDraw, needsGamma: boolean): void {
  requirePositive(`${what}.c`, draw.c);
  requirePositive(`${what}.nu`, draw.nu);
  if (draw.nu > 1) refuse(`${what}.nu`, '0 < nu <= 1', draw.nu);
  if (needsGamma) requirePositive(`${what}.gamma`, draw.gamma);
}

export function requireLambda(what: string, lambda: unknown): void {
  if (typeof lambda !== 'number' || !Number.isFinite(lambda) || lambda < 0) refuse(what, 'a finite number, 0 or above', lambda);
}

/** Below, the penalty drowns in the rounding of a kernel matrix of a few thousand rows. */
const leastKernelPenalty = 1e-8;

function requireKernelRidgeDraw(what: string, { gamma, lambda }: KernelRidgeDraw): void {
  requirePositive(`${what}.gamma`, gamma);
  requireLambda(`${what}.lambda`, lambda);
  if (lambda < leastKernelPenalty) refuse(`${what}.lambda`, `at least ${String(leastKernelPenalty)}`, lambda);
}

/** Node numbers are 32-bit integers, and a tree of n rows has up to 2 n - 1 of them. */
const mostTrees = 100_000;
const mostDepth = 64;

function requireForestDraw(what: string, { trees, fraction, seed }: ForestDraw): void {
  requireWhole(`${what}.trees`, trees, 1, mostTrees);
  requireShare(`${what}.fraction`, fraction);
  requireWhole(`${what}.seed`, seed, 0, Number.MAX_SAFE_INTEGER);
}

function requireBoostDraw(what: string, { trees, depth, shrinkage, subsample, seed }: BoostDraw): void {
  requireWhole(`${what}.trees`, trees, 1, mostTrees);
  requireWhole(`${what}.depth`, depth, 1, mostDepth);
  requireShare(`${what}.shrinkage`, shrinkage);
  requireShare(`${what}.subsample`, subsample);
  requireWhole(`${what}.seed`, seed, 0, Number.MAX_SAFE_INTEGER);
}

const drawChecks: Readonly<Record<NativeKind, (what: string, draw: NativeDraw) => void>> = {
  ols: () => undefined,
  ridge: (what, draw) => requireLambda(`${what}.lambda`, 'lambda' in draw ? draw.lambda : undefined),
  krr: (what, draw) => requireKernelRidgeDraw(what, draw as KernelRidgeDraw),
  rf: (what, draw) => requireForestDraw(what, draw as ForestDraw),
  gbt: (what, draw) => requireBoostDraw(what, draw as BoostDraw),
  'svr-linear': (what, draw) => requireSvrDraw(what, draw as SvrDraw, false),
  'svr-rbf': (what, draw) => requireSvrDraw(what, draw as SvrDraw, true),
};

export function requireDraws(what: string, kind: NativeKind, draws: readonly NativeDraw[]): void {
  draws.forEach((draw, k) => drawChecks[kind](`${what}[${String(k)}]`, draw));
}
