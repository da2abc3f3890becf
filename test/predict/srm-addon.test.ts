// The same contracts with the C++ addon under them: what is promised bit for bit must hold for warm-started solvers too.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { nativeSolver, parseFeatureParts, SrmPredictor, SrmRule, srmRuleDefaults, type SigmaKind, type SrmKind } from '../../src/predict/index.js';
import { curvePredictorContract, trainingRows } from '../contracts/curve-predictor.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';

function predictor(kind: SrmKind, sigma: SigmaKind = 'loo'): SrmPredictor {
  return new SrmPredictor({ kind, solver: nativeSolver, features: parseFeatureParts('TS+AP+HP'), scale: 'auto', sigma, draws: 20 });
}

for (const kind of ['svr-rbf', 'svr-linear', 'ols', 'ridge', 'krr', 'rf', 'gbt'] as const) {
  curvePredictorContract(`SrmPredictor ${kind} (addon)`, () => predictor(kind));
}

for (const sigma of ['mad', 'upper', 'hetero', 'conformal'] as const) {
  curvePredictorContract(`SrmPredictor krr with ${sigma} (addon)`, () => predictor('krr', sigma));
}
curvePredictorContract('SrmPredictor last with hetero (addon)', () => predictor('last', 'hetero'));

stoppingRuleContract('SrmRule svr-rbf (addon)', () => new SrmRule(predictor('svr-rbf'), { ...srmRuleDefaults, burnIn: 12 }, createRng(5)));

describe('a fit whose signal aborts', () => {
  // Whole fits of 400 rows take 10 s and more.
  it.each(['svr-rbf', 'rf'] as const)('%s rejects with its reason long before it would be done', async (kind) => {
    const slow = new SrmPredictor({ kind, solver: nativeSolver, features: parseFeatureParts('TS+AP+HP'), scale: 'auto', sigma: 'loo', draws: 200 });
    const controller = new AbortController();
    const fitting = slow.fit({ rows: trainingRows(400, 'train'), horizon: 8, taus: [1, 3, 7], rng: createRng('fit'), signal: controller.signal });
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 100);
    await expect(fitting).rejects.toBe(reason);
  }, 20_000);
});
