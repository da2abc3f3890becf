// The paper's tables and figures as a list of small measurements: plain data with a key each, so that a run that was cut short goes on
// with what is missing. It measures nothing itself.

export interface EvaluateTask {
  readonly key: string;
  readonly kind: 'evaluate';
  readonly section: 'fraction' | 'ablation' | 'depth' | 'form';
  readonly set: string;
  readonly model: string;
  readonly features: string;
  readonly fraction: number;
  readonly target: 'auto' | 'level';
  readonly train: number;
  readonly repeats: number;
  readonly draws: number;
  /** Test on at most so many curves; null = all. */
  readonly most: number | null;
  /** Train on nets below this depth, test on those above. */
  readonly depth?: number;
}

export interface ReplayTask {
  readonly key: string;
  readonly kind: 'replay';
  readonly set: string;
  readonly confidence: number;
  readonly offset: number;
  readonly pretrained: number;
  readonly orderings: number;
  readonly draws: number;
}

export type PaperTask = EvaluateTask | ReplayTask;

export const PAPER_SETS = ['metaqnn_cifar10', 'deep_resnets_tinyimagenet', 'deep_resnets_cifar10', 'lstm_ptb', 'alexnet_imagenet'] as const;

interface Size {
  readonly repeats: number;
  readonly draws: number;
  readonly orderings: number;
  readonly fractions: readonly number[];
  readonly slowCurves: number;
  readonly slowFractions: readonly number[];
}

/** The paper: 1,000 draws, 10 repeats. Forests and boosting see fewer draws: a draw there is hundreds of trees. */
const FULL: Size = { repeats: 10, draws: 1000, orderings: 10, fractions: [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75], slowCurves: 100, slowFractions: [0.1, 0.25, 0.5] };
const QUICK: Size = { repeats: 3, draws: 50, orderings: 3, fractions: [0.1, 0.25, 0.5], slowCurves: 10, slowFractions: [0.25] };

const FAST_MODELS = ['svr-rbf', 'svr-linear', 'ols', 'krr', 'rf', 'gbt', 'chain', 'last'];
const SLOW_MODELS = ['lce', 'lcnet', 'pow4', 'mmf4'];
const FORESTS: ReadonlySet<string> = new Set(['rf', 'gbt']);
const MOST_FOREST_DRAWS = 20;
const ABLATED = ['TS', 'AP', 'HP', 'TS+AP', 'TS+AP+HP'];

/** `models`: the kinds that there are; others of the paper's list are left out. */
export function paperPlan(quick: boolean, models: readonly string[]): readonly PaperTask[] {
  const size = quick ? QUICK : FULL;
  const has = (model: string): boolean => models.includes(model);
  return [
    ...PAPER_SETS.flatMap((set) => size.fractions.flatMap((fraction) => FAST_MODELS.filter(has).map((model) => cell(size, { section: 'fraction', set, model, fraction })))),
    ...PAPER_SETS.flatMap((set) => ['svr-rbf', 'svr-linear'].map((model) => cell(size, { section: 'form', set, model, target: 'level' }))),
    ...PAPER_SETS.flatMap((set) => ABLATED.flatMap((features) => ['svr-rbf', 'svr-linear'].map((model) => cell(size, { section: 'ablation', set, model, features })))),
    ...[32, 62].flatMap((depth) => ['svr-rbf', 'svr-linear'].map((model) => cell(size, { section: 'depth', set: 'deep_resnets_tinyimagenet', model, depth }))),
    ...PAPER_SETS.flatMap((set) => replays(size, set)),
    ...PAPER_SETS.flatMap((set) => size.slowFractions.flatMap((fraction) => SLOW_MODELS.filter(has).map((model) => slowCell(size, set, model, fraction)))),
  ];
}

type Change = Pick<EvaluateTask, 'section' | 'set' | 'model'> & Partial<EvaluateTask>;

function cell({ repeats, draws }: Size, change: Change): EvaluateTask {
  const wanted = FORESTS.has(change.model) ? Math.min(draws, MOST_FOREST_DRAWS) : draws;
  const task = { kind: 'evaluate' as const, features: 'TS+AP+HP', fraction: 0.25, target: 'auto' as const, train: 100, repeats, draws: wanted, most: null, ...change };
  const { section, set, model, features, fraction, target, depth } = task;
  return { ...task, key: [section, set, model, features, fraction, target, ...(depth === undefined ? [] : [depth]), task.repeats, task.draws, task.most ?? 'all'].join('/') };
}

/** One repeat on a fixed sample: these models take up to seconds a curve. */
function slowCell(size: Size, set: string, model: string, fraction: number): EvaluateTask {
  return cell({ ...size, repeats: 1, draws: 1 }, { section: 'fraction', set, model, fraction, most: size.slowCurves });
}

function replays({ orderings, draws }: Size, set: string): ReplayTask[] {
  const of = (confidence: number, change: Partial<ReplayTask> = {}): ReplayTask => {
    const task = { kind: 'replay' as const, set, confidence, offset: 0, pretrained: 0, orderings, draws: Math.min(draws, 100), ...change };
    return { ...task, key: ['replay', set, confidence, task.offset, task.pretrained, orderings, task.draws].join('/') };
  };
  return [...[0.8, 0.9, 0.95, 0.99].map((confidence) => of(confidence)), of(0.99, { offset: 0.01 }), of(0.99, { pretrained: 100 })];
}
