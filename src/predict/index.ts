// Door of the room predict: features, predictors, stopping rules, scores.
export {
  FEATURE_PARTS,
  featureMatrix,
  featureNames,
  featureRow,
  fitEncoding,
  parseFeatureParts,
  type ColumnScale,
  type Encoding,
  type FeaturePart,
  type Observation,
} from './features.js';
export { LivePredictor, type LiveModel, type LiveRow } from './batched/live.js';
export type { BulkModel, PerceptronLayer, PerceptronModel } from './batched/models.js';
export { BatchedPredictor, type BatchedOptions } from './batched/predictor.js';
export { withNoise } from './noise.js';
export { type CurvePredictor, type FittedPredictor, type Prediction, type PredictorFitRequest, predictMany, type TrainingRow } from './predictor.js';
export { NetPredictor, type NetOptions } from './nets/predictor.js';
export type { NetRecipe } from './nets/recipe.js';
export { calibration, type HeldOut, type TauCalibration } from './calibration.js';
export { CrossFittedPredictor } from './cross-fitted.js';
export { createPredictor, PREDICTOR_KINDS, type PredictorSettings, readsGraphs } from './kinds.js';
export { LCE_SAMPLING } from './curves/lce.js';
export { unitInterval, type UnitInterval } from './curves/unit.js';
export { CURVE_FAMILIES, type CurveFamily, type LceSampling } from './native/curve-models.js';
export { LceRule, type LceRuleOptions } from './rules/lce.js';
export { burnInFor, type BurnIn } from './rules/chain/burn-in.js';
export { ChainRule, type ChainRuleOptions } from './rules/chain/chain.js';
export { CHAIN_PARTICLES } from './chain/model.js';
export { ChainPredictor, type ChainOptions } from './chain/predictor.js';
export { IEpochRule, type IEpochRuleOptions } from './rules/i-epoch.js';
export { MedianRule, type MedianRuleOptions } from './rules/median.js';
export {
  compareSamples,
  fitLinear,
  fitSvr,
  nativeInfo,
  predictRows,
  refitSrmSet,
  tuneSrmSet,
  type ChainRuns,
  type ChainStep,
  type FeatureMatrix,
  type NativeKind,
  type NativeModel,
  type SampleComparison,
  type SrmSet,
  type SvrDraw,
  type TuneRequest,
} from './native.js';
export { normalScores, type NormalScores } from './normal-scores.js';
export { NoRule } from './rules/none.js';
export { ChainRunModel } from './runs/chain-runs.js';
export { PredictorRunModel } from './runs/predictor-runs.js';
export type { RunModel } from './runs/run-model.js';
export { SrmRule, srmRuleDefaults, type SrmRuleOptions } from './rules/srm.js';
export { kendallTau, meanAbsoluteError, ranks, rSquared, spearmanRho } from './scores.js';
export type { SrmTarget } from './srm/forms.js';
export { parseSrmKind, SRM_KINDS, type SrmKind } from './srm/kinds.js';
export { nativeSolver } from './srm/native-solver.js';
export { SrmPredictor, type SrmOptions } from './srm/predictor.js';
export type { SrmSolver } from './srm/solver.js';
export { gaussianBelow, normalCdf, quantile, SIGMA_KINDS, sigmaOf, type SigmaKind } from './uncertainty.js';
export { gaussianProcess } from './surrogates/gaussian-process.js';
export { type Bulk, RegressionSurrogate, type RegressionOptions } from './surrogates/regression.js';
export { PredictorSurrogate } from './surrogates/predictor.js';
export type { FittedSurrogate, Surrogate, SurrogateRow, SurrogateScores } from './surrogates/surrogate.js';
