// The same contracts with the C++ addon under them: what is promised bit for bit must hold for warm-started solvers too.
import { createRng } from '../../src/core/index.js';
import { nativeSolver, parseFeatureParts, SrmPredictor, SrmRule, srmRuleDefaults, type SigmaKind, type SrmKind } from '../../src/predict/index.js';
import { curvePredictorContract } from '../contracts/curve-predictor.js';
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
