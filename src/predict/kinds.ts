// Every predictor by its name on the command line: the one place that knows them all. Each is a CurvePredictor; what a kind does
// not need of the settings it does not look at.
import { UsageError } from '../core/index.js';
import type { CurveMetric } from '../data/index.js';
import type { OpContext } from '../ops/index.js';
import { ChainPredictor } from './chain/predictor.js';
import { LCE_SAMPLING, LcePredictor } from './curves/lce.js';
import { LCNET_SAMPLING, LcnetPredictor, type LcnetSampling } from './curves/lcnet.js';
import { LEAST_SQUARES_KINDS, LeastSquaresPredictor, type LeastSquaresKind } from './curves/least-squares.js';
import { unitInterval } from './curves/unit.js';
import type { LceSampling } from './native/curve-models.js';
import type { ColumnScale, FeaturePart } from './features.js';
import type { NetKind } from './nets/inputs.js';
import { NetPredictor } from './nets/predictor.js';
import type { NetRecipe } from './nets/recipe.js';
import type { CurvePredictor } from './predictor.js';
import type { SrmTarget } from './srm/forms.js';
import { parseSrmKind, SRM_KINDS } from './srm/kinds.js';
import { SrmPredictor } from './srm/predictor.js';
import type { SrmSolver } from './srm/solver.js';
import type { SigmaKind } from './uncertainty.js';

export interface PredictorSettings {
  readonly features: readonly FeaturePart[];
  readonly scale: ColumnScale;
  readonly sigma: SigmaKind;
  readonly target: SrmTarget;
  /** Hyper-parameter draws a tau. */
  readonly draws: number;
  readonly solver: SrmSolver;
  /** A device, for nets; asked for at their first fit. */
  readonly openContext?: () => Promise<OpContext>;
  /** Of nets. What is not said is the kind's own. */
  readonly net?: Partial<NetRecipe>;
  /** Of the curves, for models that know a unit interval only. Default: scores are in it as they are. */
  readonly metric?: CurveMetric;
  /** Of lce. Default: the authors'. */
  readonly lce?: Partial<LceSampling>;
  /** Of lcnet. Default: the authors' number of steps. */
  readonly lcnet?: Partial<LcnetSampling>;
}

const NET_KINDS: readonly string[] = ['mlp', 'gcn'] satisfies NetKind[];

export const PREDICTOR_KINDS: readonly string[] = [...SRM_KINDS, 'chain', ...LEAST_SQUARES_KINDS, 'lce', 'lcnet', ...NET_KINDS];

/** Whether a kind can do nothing with rows that have no graph of operations. */
export function readsGraphs(kind: string): boolean {
  return kind === 'gcn';
}

/** Throws UsageError on a name that is none of ours. */
export function createPredictor(kind: string, settings: PredictorSettings): CurvePredictor {
  if (kind === 'chain') return new ChainPredictor({ features: settings.features });
  if (NET_KINDS.includes(kind)) return createNet(kind as NetKind, settings);
  const unit = unitInterval(settings.metric);
  if (kind === 'lce') return new LcePredictor({ unit, sampling: { ...LCE_SAMPLING, ...settings.lce } });
  if (kind === 'lcnet') return new LcnetPredictor({ features: settings.features, unit, sampling: { ...LCNET_SAMPLING, ...settings.lcnet } });
  if ((LEAST_SQUARES_KINDS as readonly string[]).includes(kind)) return new LeastSquaresPredictor({ kind: kind as LeastSquaresKind, unit, sigma: settings.sigma });
  if (PREDICTOR_KINDS.includes(kind) || kind === 'svr') return new SrmPredictor({ kind: parseSrmKind(kind), ...settings });
  throw new UsageError(`model: expected one of ${PREDICTOR_KINDS.join(', ')}, got '${kind}'`);
}

function createNet(kind: NetKind, { features, scale, sigma, openContext, net }: PredictorSettings): CurvePredictor {
  if (openContext === undefined) throw new UsageError(`model ${kind}: expected a device to train it on, got none here; foretell evaluate, search and replay have one`);
  return new NetPredictor({ kind, features, scale, sigma, openContext, ...(net === undefined ? {} : { recipe: net }) });
}
