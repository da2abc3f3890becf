// What passes between TypeScript and the C++ addon: plain data only, so that models can be journaled and sent about.
// Deliberately holds no behaviour and loads nothing.

/**
 * Regressions that the addon fits. `svr-*` are nu-SVR with that kernel, `ols` is least squares; `ridge` and `krr` (RBF kernel ridge) have
 * closed-form leave-one-out, `rf` (random forest) out-of-bag errors, `gbt` (gradient-boosted trees) those of ten refits without a tenth of the rows each.
 */
export type NativeKind = 'svr-rbf' | 'svr-linear' | 'ols' | 'ridge' | 'krr' | 'rf' | 'gbt';

/** One point of a random search. `c` > 0 and 0 < `nu` <= 1 as in libsvm's nu-SVR (0 <= alpha <= c, sum of all alphas = c * nu * n); `gamma` > 0 only for RBF. */
export interface SvrDraw {
  readonly c: number;
  readonly nu: number;
  readonly gamma?: number;
}

/** One point of a ridge search: the penalty on squared weights of standardised features (the sum of squares is not divided by n). */
export interface RidgeDraw {
  readonly lambda: number;
}

/** One point of a kernel ridge search; `lambda` as in ridge, at least 1e-8. Draws that share a gamma share its kernel, so many penalties cost little more than one. */
export interface KernelRidgeDraw {
  readonly gamma: number;
  readonly lambda: number;
}

/** One forest. Draws that differ in `trees` alone are prefixes of one growth and cost what the longest does. */
export interface ForestDraw {
  readonly trees: number;
  /** Share of the features that a node tries, rounded down, at least one. Above 0, at most 1. */
  readonly fraction: number;
  /** Integer in 0 .. 2^53 - 1: all randomness of the fit. */
  readonly seed: number;
}

/** One boosted ensemble; `trees` and `seed` as in a forest. */
export interface BoostDraw {
  readonly trees: number;
  readonly depth: number;
  readonly shrinkage: number;
  /** Share of the rows that a tree sees, drawn without replacement. Above 0, at most 1. */
  readonly subsample: number;
  readonly seed: number;
}

export type NativeDraw = SvrDraw | RidgeDraw | KernelRidgeDraw | ForestDraw | BoostDraw;

/** Row-major features: `values.length === rows * columns`. Raw units; the addon standardises each column (constant columns are ignored). */
export interface FeatureMatrix {
  readonly values: Float64Array;
  readonly columns: number;
}

interface Standardisation {
  readonly columns: number;
  /** Subtracted from each column. Length `columns`. */
  readonly center: Float64Array;
  /** Multiplied after centring: 1 / population standard deviation, 0 for a constant column. Length `columns`. */
  readonly inverseScale: Float64Array;
  /** A prediction in the target's units is targetCenter + targetScale * (what the standardised model gives). */
  readonly targetCenter: number;
  readonly targetScale: number;
}

/** f(z) = bias + weights . z on the standardised row z. */
export interface LinearModel extends Standardisation {
  readonly form: 'linear';
  readonly weights: Float64Array;
  readonly bias: number;
}

/** f(z) = bias + sum_s coefficients[s] * exp(-gamma * |z - support[s]|^2), support row-major in standardised units. */
export interface RbfModel extends Standardisation {
  readonly form: 'rbf';
  readonly gamma: number;
  readonly bias: number;
  readonly coefficients: Float64Array;
  readonly support: Float64Array;
}

/**
 * f(x) = bias + weight * (sum over trees of the leaf that x falls into). x is the raw row (center 0, inverseScale 1) read in f32, and so are thresholds and leaf
 * values: f32 and f64 code take the same branches to the same numbers. Node k is a leaf where feature[k] = -1, with value split[k]; else a row goes on to
 * left[k] where x[feature[k]] <= split[k] and to left[k] + 1 where not. left[k] > k. Each tree begins at its root.
 */
export interface TreesModel extends Standardisation {
  readonly form: 'trees';
  readonly bias: number;
  readonly weight: number;
  readonly feature: Int32Array;
  readonly left: Int32Array;
  readonly split: Float32Array;
  readonly roots: Int32Array;
}

export type NativeModel = LinearModel | RbfModel | TreesModel;

/** One nu-SVR fit, synchronous. Features and target are taken as they come unless `standardise` is true. */
export interface SvrFitRequest {
  readonly features: FeatureMatrix;
  readonly target: Float64Array;
  readonly kernel: 'rbf' | 'linear';
  readonly draw: SvrDraw;
  /** Largest violation of the optimality conditions at the end, in target units. Default 1e-3 (libsvm's, scikit-learn's). */
  readonly tolerance?: number;
  readonly standardise?: boolean;
}

export interface SvrFit {
  readonly model: NativeModel;
  /** 1/2 b'Kb - y'b over b = alpha - alphaStar: the dual to be minimised. */
  readonly objective: number;
  /** Half-width of the tube, found by nu. */
  readonly epsilon: number;
  /** alpha and alphaStar a training row, each within [0, c], each summing to c * nu * n / 2. */
  readonly alpha: Float64Array;
  readonly alphaStar: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface LinearFit {
  readonly model: LinearModel;
  /** Numerical rank of the standardised features; below `columns` the weights are the shortest of all minimisers. */
  readonly rank: number;
  /** y_i - prediction without row i, in target units. */
  readonly looResiduals: Float64Array;
}

interface SetRequest {
  readonly kind: NativeKind;
  /** Length n; any units, standardised inside. */
  readonly target: Float64Array;
  /** One matrix a tau, each of n rows. Rows keep their order everywhere. */
  readonly taus: readonly FeatureMatrix[];
  /** Default: all cores. The result does not depend on it. */
  readonly threads?: number;
  /** Default 1e-3, in units of the standardised target. */
  readonly tolerance?: number;
}

/** Random search: every draw by k-fold cross-validation for every tau, the best mean R^2 is refitted on all rows. OLS has nothing to draw. */
export interface TuneRequest extends SetRequest {
  readonly draws: readonly NativeDraw[];
  /** Fold of each row, 0 .. k-1; length n. */
  readonly folds: Int32Array;
}

/** Refit with known hyper-parameters: one draw a tau. */
export interface RefitRequest extends SetRequest {
  readonly chosen: readonly NativeDraw[];
}

export interface SrmFit {
  readonly model: NativeModel;
  /** Index into `draws`; -1 where nothing was drawn (refit, OLS). */
  readonly draw: number;
  /** Mean R^2 over the folds of the chosen draw (ridge, krr: leave-one-out R^2); NaN where nothing was drawn. */
  readonly score: number;
  /** y_i - prediction without row i (the kind says how), in target units; length n. */
  readonly looResiduals: Float64Array;
  /** Rank of the standardised features for linear forms by least squares, else -1. */
  readonly rank: number;
  /** False where a solver hit its iteration limit. */
  readonly converged: boolean;
}

export interface SrmSet {
  readonly fits: readonly SrmFit[];
  /** Wall-clock seconds inside the addon. */
  readonly seconds: number;
  /** Solver iterations over all fits: a machine-independent measure of the work. */
  readonly iterations: number;
}

export interface JobOptions {
  readonly signal?: AbortSignal;
  /** Share done, 0 .. 1, at most ten times a second. */
  readonly onProgress?: (done: number) => void;
}

/** Runs on a grid of epochs, for the chain model. */
export interface ChainRuns {
  /** Row-major, runs x points; NaN from the first point that a run did not reach. */
  readonly scores: Float64Array;
  readonly points: number;
  /** Row-major, runs x columnCount, finite. */
  readonly columns: Float64Array;
  readonly columnCount: number;
}

/** The particles that walk from what was seen of a run to its end. */
export interface Walks {
  /** The same seed gives the same draws. */
  readonly seed: number;
  readonly particles: number;
  /** Each particle's regressions are its own, drawn from so many deviations of their posterior; 0 = all take the best weights, and residuals are wider. */
  readonly posterior: number;
}

/** One step of the chain as the particles take it: from a point of the grid to the next. Bias, and weights a column, are one for all particles or one each. */
export interface ChainStep {
  readonly center: Float64Array;
  readonly inverseScale: Float64Array;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** Infinity = the mean increment. */
  readonly penalty: number;
  /** A number a particle; empty where fewer than two runs took the step. */
  readonly noise: Float64Array;
}

/** How sample b stands against sample a. */
export interface SampleComparison {
  /** Mann-Whitney's U of a: pairs with a above b, ties as half. */
  readonly u: number;
  /** Two-sided p-value; `exact` without ties and up to 50 values a sample, else by the normal approximation. */
  readonly p: number;
  readonly exact: boolean;
  /** Cliff's delta, -1 (every a below every b) to 1. */
  readonly delta: number;
  /** Median of b over median of a, and its 95 % bootstrap interval. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}
