// Runs the measurements of the paper's plan one after another, those that are done already left out. Sets, predictors and replays are
// handed in; results are plain data under their task's key.
import { createRng, type Rng } from '../../core/index.js';
import { withTransform, type CurveSet } from '../../data/index.js';
import { parseFeatureParts, type CurvePredictor, type FeaturePart } from '../../predict/index.js';
import { evaluate, type Evaluation } from '../evaluate/evaluate.js';
import type { ReplaySummary } from '../replay/summary.js';
import { divideByDepth } from './depth.js';
import type { EvaluateTask, PaperTask, ReplayTask } from './plan.js';

const PAPER_DELTA = 0.95;

export interface PaperContext {
  /** The sets that are on this machine, by name. */
  readonly sets: ReadonlyMap<string, CurveSet>;
  readonly seed: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  predictor(task: EvaluateTask, features: readonly FeaturePart[], set: CurveSet): CurvePredictor;
  replay(task: ReplayTask, set: CurveSet): Promise<ReplaySummary>;
}

export type PaperResult =
  | { readonly key: string; readonly task: EvaluateTask; readonly result: Evaluation }
  | { readonly key: string; readonly task: ReplayTask; readonly result: ReplaySummary };

/** Yields each result as soon as it is there. Tasks whose set is missing are left out. Throws the signal's reason where it aborts. */
export async function* runPaper(tasks: readonly PaperTask[], done: ReadonlySet<string>, context: PaperContext): AsyncGenerator<PaperResult> {
  for (const task of tasks) {
    const recorded = context.sets.get(task.set);
    if (done.has(task.key) || recorded === undefined) continue;
    context.signal.throwIfAborted();
    if (task.kind === 'replay') yield { key: task.key, task, result: await context.replay(task, recorded) };
    else yield { key: task.key, task, result: await evaluated(task, asPublished(recorded), context) };
  }
}

/** Whether the set has what the task looks at: AlexNet's has no architecture columns. */
export function isPossible(task: PaperTask, set: CurveSet): boolean {
  if (task.kind === 'replay') return true;
  const [row] = set.rows;
  const columns = { TS: 1, AP: Object.keys(row?.ap ?? {}).length, HP: Object.keys(row?.hp ?? {}).length, PATHS: row?.graph === undefined ? 0 : 1 };
  return parseFeatureParts(task.features).some((part) => columns[part] > 0);
}

/** The paper predicts perplexity itself; our manifest's logarithm is the better score to search by. */
function asPublished(set: CurveSet): CurveSet {
  return withTransform(set, 'none');
}

function evaluated(task: EvaluateTask, set: CurveSet, { predictor, seed, now, signal }: PaperContext): Promise<Evaluation> {
  const { fraction, train, repeats, most, depth } = task;
  const division = depth === undefined ? {} : { division: (whole: CurveSet, rng: Rng) => divideByDepth(whole, depth, train, rng) };
  const features = parseFeatureParts(task.features);
  return evaluate({ set, predictor: predictor(task, features, set), fraction, train, repeats, most: most ?? Infinity, confidence: PAPER_DELTA, rng: createRng(seed).fork('paper', task.set), now, signal, ...division });
}
