// Door of the room experiments: studies and predictors on recorded curves. Plain tables out; files, clocks and pages are handed in or left out.
export { type ComparedRule, compareRules, type Comparison, recommend } from './compare/table.js';
export { type Consecutive, consecutiveRuns, type ConsecutiveSummary, summariseConsecutive } from './consecutive/runs.js';
export { evaluate, type Evaluation, type EvaluateOptions } from './evaluate/evaluate.js';
export { divide, type Division } from './evaluate/split.js';
export { paperPlan, PAPER_SETS, type EvaluateTask, type PaperTask, type ReplayTask } from './paper/plan.js';
export { PUBLISHED_ABLATION, PUBLISHED_DEPTH, PUBLISHED_R2, PUBLISHED_SPEEDUP, PUBLISHED_TIMES } from './paper/published.js';
export { isPossible, runPaper, type PaperContext, type PaperResult } from './paper/run.js';
export { type Budget, evaluationsUsed, summariseBudgets, type BudgetSummary, type Interval } from './replay/budget.js';
export { measure, type Outcome } from './replay/measures.js';
export { pairOutcomes, type PairedSummary } from './replay/paired.js';
export { type Stage } from './replay/stages.js';
export { replayOrdering, type OrderingsOptions } from './replay/orderings.js';
export { recordingOf, type Recording } from './replay/recording.js';
export { replayStudy, type ReplayParts } from './replay/replay.js';
export { wordsOf } from './replay/words.js';
export { summariseOutcomes, type ReplaySummary } from './replay/summary.js';
